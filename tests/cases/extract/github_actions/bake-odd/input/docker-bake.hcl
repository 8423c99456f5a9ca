variable "EXTRA" {
  default = ""
}

variable "OTHER" {
  default = "v1,v2"
}

function "names" {
  params = [image]
  result = [for tag in split(",", OTHER) : "${image}:${tag}"]
}

target "default" {
  context = EXTRA == "a" ? "a" : "b"
  tags = concat(
    names("acme/app"),
    EXTRA != "" ? ["acme/app:${EXTRA}"] : [],
    [for tag in split(",", EXTRA) : "acme/more:${tag}"],
  )
}
