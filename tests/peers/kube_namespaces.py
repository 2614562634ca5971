"""Prints the names of all namespaces, as a program built on Kubernetes' Python client would get them."""

import sys

from kubernetes import client, config


def main():
    config.load_kube_config(sys.argv[1])
    print(*(item.metadata.name for item in client.CoreV1Api().list_namespace().items))


if __name__ == "__main__":
    main()
