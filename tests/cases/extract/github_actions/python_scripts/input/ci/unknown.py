import subprocess, yaml

for one in yaml.safe_load(open("images.yaml")):
    cmd = one["cmd"].split()
    subprocess.run(cmd)
    # as: ["docker", "build", "."]
