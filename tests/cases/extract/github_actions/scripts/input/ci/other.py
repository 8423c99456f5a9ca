#!/usr/bin/env python3
import os
os.system("docker build -t x .")
