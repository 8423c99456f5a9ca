"""Where data lies and how it flows: databases, streams, object stores, feature stores, vector stores.

Sources: the CRDs of cloudnative-pg, strimzi, feast-dev/feast, zilliztech/milvus-operator, the other operators by their group.
"""

from __future__ import annotations

from archdoc.extract._rows import Kind, Made, Name, Text, each, plain
from archdoc.model import EntityKind, RelationKind

_R = RelationKind
_W, _C, _DATA, _PIPELINE = EntityKind.WORKLOAD, EntityKind.CONFIG, EntityKind.DATASET, EntityKind.PIPELINE
_CNPG, _STRIMZI, _ELASTIC = "postgresql.cnpg.io", "kafka.strimzi.io", "elasticsearch.k8s.elastic.co"
_INSTANCE = ("app.kubernetes.io/instance={name}",)
_OF_KAFKA = Name("metadata.labels", _R.OWNS, f"Kafka.{_STRIMZI}", '"strimzi.io/cluster"', reverse=True)
_REDIS = Kind(
    _W,
    containers=("spec.kubernetesConfig", "spec.redisExporter"),
    labels=("app={name}",),
    names=(Name("spec.kubernetesConfig.redisSecret", _R.CONFIGURES, "Secret"),),
    made=(Made("v1/Service"),),
)
_CREDENTIALS = tuple(
    Name(f"spec.{place}.{cloud}.{key}", _R.CONFIGURES, "Secret")
    for place in ("backup.barmanObjectStore", "externalClusters[].barmanObjectStore", "configuration")
    for cloud, key in (
        ("s3Credentials", "accessKeyId"),
        ("s3Credentials", "secretAccessKey"),
        ("googleCredentials", "applicationCredentials"),
        ("azureCredentials", "connectionString"),
    )
)


KINDS: dict[str, Kind] = {
    # Postgres
    f"Cluster.{_CNPG}": Kind(
        _W,
        labels=(
            "cnpg.io/cluster={name}",
            "cnpg.io/podRole=instance",
            "cnpg.io/instanceRole=primary|replica",
            "role=primary|replica",
        ),
        containers=("spec",),
        names=(
            Name("spec.bootstrap.initdb.secret", _R.CONFIGURES, "Secret"),
            Name("spec.bootstrap.recovery.backup", _R.READS, f"Backup.{_CNPG}"),
            Name("spec.superuserSecret", _R.CONFIGURES, "Secret"),
            Name("spec.managed.roles[].passwordSecret", _R.CONFIGURES, "Secret"),
            Name("spec.externalClusters[].password", _R.CONFIGURES, "Secret"),
            Name("spec.plugins[].parameters.barmanObjectName", _R.CONFIGURES, "ObjectStore.barmancloud.cnpg.io", ""),
            Name(
                "spec.externalClusters[].plugin.parameters.barmanObjectName", _R.CONFIGURES, "ObjectStore.barmancloud.cnpg.io", ""
            ),
            Name("spec.imageCatalogRef", _R.CONFIGURES, f"ImageCatalog.{_CNPG}"),
            Name("spec.storage.storageClass", _R.CLAIMS, "StorageClass", "", optional=True),
            *_CREDENTIALS[:8],
        ),
        texts=(
            Text("spec.backup.barmanObjectStore.destinationPath", _R.WRITES),
            Text("spec.backup.barmanObjectStore.endpointURL", _R.CONNECTS_TO),
            Text("spec.externalClusters[].connectionParameters.host", _R.CONNECTS_TO),
        ),
        images=("spec.imageName",),
        made=(
            Made("v1/Service", "{name}-rw"),
            Made("v1/Service", "{name}-ro"),
            Made("v1/Service", "{name}-r"),
            Made("v1/Secret", "{name}-app"),
            Made("v1/Secret", "{name}-ca"),
            Made("v1/Secret", "{name}-superuser", when="spec.enableSuperuserAccess"),
        ),
    ),
    f"Pooler.{_CNPG}": Kind(
        _W,
        ("spec.template",),
        labels=("cnpg.io/poolerName={name}",),
        names=(Name("spec.cluster", _R.CONNECTS_TO, f"Cluster.{_CNPG}"),),
        made=(Made("v1/Service"),),
    ),
    **each(
        f"Database.{_CNPG} Publication.{_CNPG} Subscription.{_CNPG}",
        Kind(_DATA, names=(Name("spec.cluster", _R.OWNS, f"Cluster.{_CNPG}", reverse=True),)),
    ),
    **each(
        f"ScheduledBackup.{_CNPG} Backup.{_CNPG}",
        Kind(_PIPELINE, names=(Name("spec.cluster", _R.READS, f"Cluster.{_CNPG}"),)),
    ),
    f"ImageCatalog.{_CNPG}": Kind(_C, images=("spec.images[].image",)),
    f"ClusterImageCatalog.{_CNPG}": Kind(_C, images=("spec.images[].image",), cluster=True),
    "ObjectStore.barmancloud.cnpg.io": Kind(
        _C,
        names=_CREDENTIALS[8:],
        texts=(
            Text("spec.configuration.destinationPath", _R.WRITES),
            Text("spec.configuration.endpointURL", _R.CONNECTS_TO),
        ),
    ),
    "PostgresCluster.postgres-operator.crunchydata.com": Kind(
        _W,
        labels=("postgres-operator.crunchydata.com/cluster={name}",),
        images=("spec.image",),
        made=(Made("v1/Service", "{name}-primary"), Made("v1/Secret", "{name}-pguser-{name}")),
    ),
    "postgresql.acid.zalan.do": Kind(
        _W, labels=("cluster-name={name}", "application=spilo"), made=(Made("v1/Service"), Made("v1/Service", "{name}-repl"))
    ),
    "PerconaPGCluster.pgv2.percona.com": Kind(_W),
    # other databases
    "MongoDBCommunity.mongodbcommunity.mongodb.com": Kind(
        _W, labels=("app={name}-svc",), made=(Made("v1/Service", "{name}-svc"),)
    ),
    "PerconaServerMongoDB.psmdb.percona.com": Kind(_W, labels=_INSTANCE, images=("spec.image",)),
    "PerconaXtraDBCluster.pxc.percona.com": Kind(_W, labels=_INSTANCE, images=("spec.pxc.image",)),
    "MariaDB.k8s.mariadb.com": Kind(
        _W,
        containers=("spec",),
        labels=_INSTANCE,
        names=(Name("spec.rootPasswordSecretKeyRef", _R.CONFIGURES, "Secret", optional=True),),
        made=(Made("v1/Service"),),
    ),
    "Database.k8s.mariadb.com": Kind(_DATA, names=(Name("spec.mariaDbRef", _R.OWNS, "MariaDB.k8s.mariadb.com", reverse=True),)),
    "User.k8s.mariadb.com": Kind(EntityKind.IDENTITY, names=(Name("spec.mariaDbRef", _R.GRANTS, "MariaDB.k8s.mariadb.com"),)),
    "InnoDBCluster.mysql.oracle.com": Kind(
        _W,
        labels=("mysql.oracle.com/cluster={name}",),
        names=(Name("spec.secretName", _R.CONFIGURES, "Secret", ""),),
        made=(Made("v1/Service"),),
    ),
    "MysqlCluster.mysql.presslabs.org": Kind(_W, names=(Name("spec.secretName", _R.CONFIGURES, "Secret", ""),)),
    "Dragonfly.dragonflydb.io": Kind(_W, containers=("spec",), labels=("app={name}",), made=(Made("v1/Service"),)),
    "Redis.redis.redis.opstreelabs.in": _REDIS,
    "RedisCluster.redis.redis.opstreelabs.in": _REDIS,
    "RedisReplication.redis.redis.opstreelabs.in": _REDIS,
    "RedisSentinel.redis.redis.opstreelabs.in": _REDIS,
    "RedisFailover.databases.spotahome.com": Kind(
        _W, containers=("spec.redis", "spec.sentinel"), made=(Made("v1/Service", "rfs-{name}"),)
    ),
    "RedisEnterpriseCluster.app.redislabs.com": Kind(_W, made=(Made("v1/Service"),)),
    "RedisEnterpriseDatabase.app.redislabs.com": Kind(
        _DATA,
        names=(Name("spec.redisEnterpriseCluster", _R.OWNS, "RedisEnterpriseCluster.app.redislabs.com", reverse=True),),
        made=(Made("v1/Service"),),
    ),
    "ClickHouseInstallation.clickhouse.altinity.com": Kind(
        _W,
        ("spec.templates.podTemplates[]",),
        labels=("clickhouse.altinity.com/chi={name}",),
        texts=(Text("spec.configuration.zookeeper.nodes[]", _R.CONNECTS_TO, host="host", port="port"),),
        made=(Made("v1/Service", "clickhouse-{name}"),),
    ),
    f"Elasticsearch.{_ELASTIC}": Kind(
        _W,
        ("spec.nodeSets[].podTemplate",),
        labels=("elasticsearch.k8s.elastic.co/cluster-name={name}",),
        names=(Name("spec.secureSettings[]", _R.CONFIGURES, "Secret", "secretName"),),
        images=("spec.image",),
        made=(
            Made("v1/Service", "{name}-es-http"),
            Made("v1/Secret", "{name}-es-elastic-user"),
            Made("v1/Secret", "{name}-es-http-certs-public"),
        ),
    ),
    "OpenSearchCluster.opensearch.opster.io": Kind(_W, made=(Made("v1/Service"),)),
    **plain(
        _W,
        "ClickHouseCluster.clickhouse.com ScyllaCluster.scylla.scylladb.com Druid.druid.apache.org TidbCluster.pingcap.com "
        "StarRocksCluster.starrocks.com K8ssandraCluster.k8ssandra.io CassandraDatacenter.cassandra.datastax.com "
        "Neo4jCluster.neo4j.com CrateDB.cloud.crate.io EtcdCluster.etcd.database.coreos.com ValkeyCluster.valkey.io "
        "Couchbase.couchbase.com CouchbaseCluster.couchbase.com TemporalCluster.temporal.io EMQX.apps.emqx.io",
    ),
    # streams and queues
    f"Kafka.{_STRIMZI}": Kind(
        _W,
        labels=(
            "strimzi.io/cluster={name}",
            "strimzi.io/kind=Kafka",
            "strimzi.io/name={name}-kafka|{name}-zookeeper|{name}-entity-operator",
        ),
        images=("spec.kafka.image",),
        made=(
            Made("v1/Service", "{name}-kafka-bootstrap"),
            Made("v1/Secret", "{name}-cluster-ca-cert"),
            Made("v1/Secret", "{name}-clients-ca-cert"),
        ),
    ),
    f"KafkaNodePool.{_STRIMZI}": Kind(_W, names=(_OF_KAFKA,)),
    f"KafkaTopic.{_STRIMZI}": Kind(_DATA, names=(_OF_KAFKA,)),
    f"KafkaUser.{_STRIMZI}": Kind(
        EntityKind.IDENTITY,
        names=(
            _OF_KAFKA,
            Name("spec.authentication.password.valueFrom.secretKeyRef", _R.CONFIGURES, "Secret"),
            Name("spec.authorization.acls[].resource", _R.GRANTS, f"KafkaTopic.{_STRIMZI}", ignore="*", optional=True),
        ),
        made=(Made("v1/Secret"),),
    ),
    f"KafkaConnect.{_STRIMZI}": Kind(
        _W,
        labels=("strimzi.io/cluster={name}", "strimzi.io/kind=KafkaConnect"),
        names=(
            Name("spec.tls.trustedCertificates[]", _R.CONFIGURES, "Secret", "secretName"),
            Name("spec.authentication.passwordSecret", _R.CONFIGURES, "Secret", "secretName"),
            Name("spec.authentication.certificateAndKey", _R.CONFIGURES, "Secret", "secretName"),
        ),
        texts=(Text("spec.bootstrapServers", _R.CONNECTS_TO),),
        images=("spec.image", "spec.build.output.image"),
        made=(Made("v1/Service", "{name}-connect-api"),),
    ),
    f"KafkaConnector.{_STRIMZI}": Kind(
        _PIPELINE,
        names=(Name("metadata.labels", _R.OWNS, f"KafkaConnect.{_STRIMZI}", '"strimzi.io/cluster"', reverse=True),),
        settings=("spec.config",),
    ),
    f"KafkaBridge.{_STRIMZI}": Kind(
        _W,
        labels=("strimzi.io/cluster={name}", "strimzi.io/kind=KafkaBridge"),
        texts=(Text("spec.bootstrapServers", _R.CONNECTS_TO),),
        images=("spec.image",),
        made=(Made("v1/Service", "{name}-bridge-service"),),
    ),
    f"KafkaMirrorMaker2.{_STRIMZI}": Kind(
        _W,
        labels=("strimzi.io/cluster={name}", "strimzi.io/kind=KafkaMirrorMaker2"),
        texts=(
            Text("spec.clusters[].bootstrapServers", _R.CONNECTS_TO),
            Text("spec.target.bootstrapServers", _R.CONNECTS_TO),
            Text("spec.mirrors[].source.bootstrapServers", _R.CONNECTS_TO),
        ),
    ),
    f"KafkaRebalance.{_STRIMZI}": Kind(_C, names=(_OF_KAFKA,)),
    "KafkaAccess.access.strimzi.io": Kind(
        EntityKind.SECRET,
        names=(
            Name("spec.kafka", _R.CONNECTS_TO, f"Kafka.{_STRIMZI}"),
            Name("spec.user", _R.CONFIGURES, f"KafkaUser.{_STRIMZI}"),
        ),
    ),
    **plain(
        _W,
        "Kafka.platform.confluent.io Zookeeper.platform.confluent.io KRaftController.platform.confluent.io "
        "Connect.platform.confluent.io SchemaRegistry.platform.confluent.io KsqlDB.platform.confluent.io "
        "ControlCenter.platform.confluent.io KafkaRestProxy.platform.confluent.io Redpanda.cluster.redpanda.com",
    ),
    "KafkaTopic.platform.confluent.io": Kind(
        _DATA, names=(Name("spec.kafkaClusterRef", _R.OWNS, "Kafka.platform.confluent.io", reverse=True),)
    ),
    "Connector.platform.confluent.io": Kind(
        _PIPELINE, names=(Name("spec.connectClusterRef", _R.OWNS, "Connect.platform.confluent.io", reverse=True),)
    ),
    "Topic.cluster.redpanda.com": Kind(
        _DATA, names=(Name("spec.cluster.clusterRef", _R.OWNS, "Redpanda.cluster.redpanda.com", reverse=True),)
    ),
    "RabbitmqCluster.rabbitmq.com": Kind(
        _W,
        containers=("spec",),
        labels=("app.kubernetes.io/name={name}",),
        made=(Made("v1/Service"), Made("v1/Secret", "{name}-default-user")),
    ),
    **each(
        "Queue.rabbitmq.com Exchange.rabbitmq.com Vhost.rabbitmq.com",
        Kind(_DATA, names=(Name("spec.rabbitmqClusterReference", _R.OWNS, "RabbitmqCluster.rabbitmq.com", reverse=True),)),
    ),
    **each(
        "Binding.rabbitmq.com Policy.rabbitmq.com",
        Kind(_C, names=(Name("spec.rabbitmqClusterReference", _R.CONFIGURES, "RabbitmqCluster.rabbitmq.com", reverse=True),)),
    ),
    **each(
        "User.rabbitmq.com Permission.rabbitmq.com",
        Kind(EntityKind.IDENTITY, names=(Name("spec.rabbitmqClusterReference", _R.GRANTS, "RabbitmqCluster.rabbitmq.com"),)),
    ),
    **plain(
        _DATA,
        "Stream.jetstream.nats.io KeyValue.jetstream.nats.io ObjectStore.jetstream.nats.io PulsarTopic.resource.streamnative.io",
    ),
    "Consumer.jetstream.nats.io": Kind(
        _C, names=(Name("spec.streamName", _R.READS, "Stream.jetstream.nats.io", "", optional=True),)
    ),
    # objects, blocks, files, backups
    "Tenant.minio.min.io": Kind(
        _W,
        containers=("spec",),
        labels=("v1.min.io/tenant={name}",),
        names=(Name("spec.configuration", _R.CONFIGURES, "Secret"), Name("spec.users[]", _R.CONFIGURES, "Secret")),
        made=(Made("v1/Service", "minio"), Made("v1/Service", "{name}-hl"), Made("v1/Service", "{name}-console")),
    ),
    "ObjectBucketClaim.objectbucket.io": Kind(
        EntityKind.VOLUME,
        names=(Name("spec.storageClassName", _R.CLAIMS, "StorageClass", ""),),
        made=(Made("v1/Secret"), Made("v1/ConfigMap")),
    ),
    "CephCluster.ceph.rook.io": Kind(_W, labels=("rook_cluster={name}",), images=("spec.cephVersion.image",)),
    "CephObjectStore.ceph.rook.io": Kind(_W, made=(Made("v1/Service", "rook-ceph-rgw-{name}"),)),
    **plain(
        EntityKind.VOLUME, "CephBlockPool.ceph.rook.io CephFilesystem.ceph.rook.io CephFilesystemSubVolumeGroup.ceph.rook.io"
    ),
    **plain(EntityKind.IDENTITY, "CephObjectStoreUser.ceph.rook.io"),
    **plain(_W, "Seaweed.seaweed.seaweedfs.com AIStore.ais.nvidia.com"),
    **plain(EntityKind.VOLUME, "Volume.longhorn.io BackingImage.longhorn.io DiskPool.openebs.io ZFSVolume.zfs.openebs.io"),
    **plain(_C, "Setting.longhorn.io RecurringJob.longhorn.io BackupTarget.longhorn.io"),
    "VolumeSnapshot.snapshot.storage.k8s.io": Kind(
        EntityKind.VOLUME,
        names=(
            Name("spec.source.persistentVolumeClaimName", _R.CLAIMS, "PersistentVolumeClaim", ""),
            Name("spec.volumeSnapshotClassName", _R.CLAIMS, "VolumeSnapshotClass.snapshot.storage.k8s.io", ""),
        ),
    ),
    **plain(
        EntityKind.VOLUME,
        "VolumeSnapshotClass.snapshot.storage.k8s.io VolumeSnapshotContent.snapshot.storage.k8s.io "
        "VolumeGroupSnapshotClass.groupsnapshot.storage.k8s.io",
        cluster=True,
    ),
    "Schedule.velero.io": Kind(
        _PIPELINE,
        names=(Name("spec.template.storageLocation", _R.WRITES, "BackupStorageLocation.velero.io", "", optional=True),),
    ),
    "Backup.velero.io": Kind(
        _PIPELINE, names=(Name("spec.storageLocation", _R.WRITES, "BackupStorageLocation.velero.io", "", optional=True),)
    ),
    "Restore.velero.io": Kind(
        _PIPELINE,
        names=(
            Name("spec.backupName", _R.READS, "Backup.velero.io", ""),
            Name("spec.scheduleName", _R.READS, "Schedule.velero.io", ""),
        ),
    ),
    "BackupStorageLocation.velero.io": Kind(
        EntityKind.VOLUME,
        names=(Name("spec.credential", _R.CONFIGURES, "Secret"),),
        texts=(Text("spec.config.s3Url", _R.CONNECTS_TO),),
    ),
    **plain(_C, "VolumeSnapshotLocation.velero.io"),
    **each(
        "ReplicationSource.volsync.backube ReplicationDestination.volsync.backube",
        Kind(
            _PIPELINE,
            names=(
                Name("spec.sourcePVC", _R.READS, "PersistentVolumeClaim", ""),
                *(Name(f"spec.{mover}.repository", _R.CONFIGURES, "Secret", "", optional=True) for mover in ("restic", "kopia")),
            ),
        ),
    ),
    # data for models
    "Dataset.data.fluid.io": Kind(
        _DATA, texts=(Text("spec.mounts[].mountPoint", _R.READS),), made=(Made("v1/PersistentVolumeClaim"),)
    ),
    **each(
        "AlluxioRuntime.data.fluid.io JindoRuntime.data.fluid.io JuiceFSRuntime.data.fluid.io EFCRuntime.data.fluid.io "
        "ThinRuntime.data.fluid.io",
        Kind(_W, names=(Name("metadata", _R.SERVES, "Dataset.data.fluid.io"),)),
    ),
    "DataLoad.data.fluid.io": Kind(_PIPELINE, names=(Name("spec.dataset", _R.READS, "Dataset.data.fluid.io"),)),
    "FeatureStore.feast.dev": Kind(
        _W,
        specs=("spec.services",),
        containers=(
            "spec.services.*.server",
            "spec.services.registry.local.server",
            "spec.services.ui",
            "spec.cronJob.containerConfigs",
        ),
        labels=("feast.dev/name={name}",),
        names=(
            *(
                Name(f"spec.services.{place}.persistence.store", _R.CONFIGURES, "Secret", "secretRef.name")
                for place in ("onlineStore", "offlineStore", "registry.local")
            ),
            Name("spec.services.registry.remote.feastRef", _R.CONNECTS_TO, "FeatureStore.feast.dev"),
            *(
                Name(f"spec.services.{place}.persistence.file.pvc.ref", _R.MOUNTS, "PersistentVolumeClaim")
                for place in ("onlineStore", "offlineStore", "registry.local")
            ),
            Name("spec.feastProjectDir.git.envFrom[].secretRef", _R.CONFIGURES, "Secret"),
            Name("spec.batchEngine.configMapRef", _R.CONFIGURES, "ConfigMap"),
        ),
        texts=(
            Text("spec.services.registry.remote.hostname", _R.CONNECTS_TO),
            Text("spec.feastProjectDir.git.url", _R.SOURCES, "repository"),
            Text("spec.services.onlineStore.persistence.file.path", _R.READS),
            Text("spec.services.registry.local.persistence.file.path", _R.READS),
        ),
        made=(
            Made("v1/Service", "feast-{name}-online"),
            Made("v1/Service", "feast-{name}-offline", when="spec.services.offlineStore"),
            Made("v1/Service", "feast-{name}-registry", when="spec.services.registry.local.server"),
            Made("v1/Service", "feast-{name}-ui", when="spec.services.ui"),
        ),
    ),
    "Milvus.milvus.io": Kind(
        _W,
        containers=("spec.components", "spec.components.*"),
        labels=_INSTANCE,
        names=(
            Name("spec.dependencies.storage.secretRef", _R.CONFIGURES, "Secret", ""),
            Name("spec.components.serviceAccountName", _R.RUNS_AS, "ServiceAccount", ""),
            Name("spec.components.volumes[].secret", _R.MOUNTS, "Secret", "secretName"),
            Name("spec.components.volumes[].configMap", _R.MOUNTS, "ConfigMap"),
            Name("spec.components.volumes[].persistentVolumeClaim", _R.MOUNTS, "PersistentVolumeClaim", "claimName"),
        ),
        texts=(
            Text("spec.dependencies.etcd.endpoints[]", _R.CONNECTS_TO),
            Text("spec.dependencies.storage.endpoint", _R.CONNECTS_TO),
            Text("spec.dependencies.pulsar.endpoint", _R.CONNECTS_TO),
            Text("spec.dependencies.kafka.brokerList[]", _R.CONNECTS_TO),
            Text("spec.dependencies.tei.endpoint", _R.CONNECTS_TO),
        ),
        values=("spec.dependencies.*.inCluster.values",),
        made=(Made("v1/Service", "{name}-milvus"),),
    ),
}
