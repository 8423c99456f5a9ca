import argparse
import os
import subprocess

REGISTRY = os.environ.get("REGISTRY", "ghcr.io") + "/" + os.environ["OWNER"]
EXTRA = ["one", "two"]


def run(cmd, **more):
    print(" ".join(cmd))
    subprocess.run(cmd, check=True, **more)


def image(name, tag="latest"):
    return f"{REGISTRY}/{name}:{tag}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tag", "-t", default="v1")
    parser.add_argument("first")
    parser.add_argument("second", nargs=1)
    args = parser.parse_args()
    cmd = ["docker", "build"]
    if args.cache:
        cmd += ["--cache-from", image("cache")]
    else:
        cmd = ["docker", "pull"]
    cmd += ["-t", image(args.first, args.tag)]
    run(cmd + ["-f", os.path.join("api", "Dockerfile"), "."])
    subprocess.check_call(["docker", "build", "-t", image(args.second[0]), "."], cwd="web")
    for name in EXTRA:
        os.system("docker build -t {0} {0}".replace("{0}", name))
    os.system(f"kubectl apply -f k8s/{args.tag}.yaml")


if __name__ == "__main__":
    main()
