from diagrams import Cluster, Diagram, Edge
from diagrams.k8s.compute import Deployment, STS
from diagrams.k8s.network import SVC, Ingress
from diagrams.onprem.client import Users

with Diagram("Shop", show=False):
    # archdoc: external
    people = Users("people")
    with Cluster("shop"):
        web = Deployment("web")
        api = Deployment("api")
        redis = STS("redis")
        stores = [redis, STS("orders-db")]
        people >> Ingress("shop") >> SVC("web") >> web
        web >> Edge(label="orders") >> api >> stores
        api << redis
        web >> redis
        search = STS("search-index")
        api >> search
        for n in range(2):
            api >> Deployment(f"worker-{n}")
