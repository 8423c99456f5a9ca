"""Names that are no sign of kinship: official images, publishers everybody uses, and words that any repository may have.

`OFFICIAL` are the repositories below docker.io/library, as docker-library/official-images lists them (also those that
are retired, because manifests keep them). This module knows no rule.
"""

from __future__ import annotations

_OFFICIAL = """
adminer aerospike almalinux alpine alt amazoncorretto amazonlinux api-firewall arangodb archlinux backdrop bash bonita
buildpack-deps busybox caddy cassandra celery centos chronograf cirros clearlinux clefos clickhouse clojure composer consul
convertigo couchbase couchdb crate crux dart debian docker drupal eclipse-mosquitto eclipse-temurin eggdrop elasticsearch
elixir emqx erlang euleros fedora flink fluentd friendica gazebo gcc geonetwork ghost glassfish golang gradle groovy
haproxy haskell haxe hello-seattle hello-world hitch hola-mundo httpd hylang ibm-semeru-runtimes ibmjava influxdb irssi
iojs java jenkins jetty jobber joomla jruby julia kaazing-gateway kapacitor kibana known kong krakend lightstreamer
liquibase logstash mageia mariadb matomo maven mediawiki memcached mongo mongo-express monica mono mysql nats
nats-streaming neo4j neurodebian nextcloud nginx nginx-unprivileged node notary nuxeo odoo open-liberty openjdk opensuse
oraclelinux orientdb owncloud percona perl photon php php-zendserver phpmyadmin piwik plone postfixadmin postgres
postgrest pypy python r-base rabbitmq rails rakudo-star rapidoid redis redmine registry rethinkdb rocket.chat rockylinux
ros ruby rust sapmachine satosa scratch sentry silverpeas sl solr sonarqube sourcemage spark spiped storm swarm swift
swipl telegraf teamspeak thrift tomcat tomee traefik ubuntu ubuntu-debootstrap ubuntu-upstart unit valkey varnish vault
websphere-liberty wordpress xwiki yourls znc zookeeper
"""
OFFICIAL = frozenset(_OFFICIAL.split())

_STRANGERS = """
amazon apache apachepulsar bitnami bitnamilegacy calico cilium cloudflare confluentinc curlimages datadog docker.elastic.co
elastic envoyproxy eventstore fluent gcr.io/google-containers grafana hashicorp jaegertracing jupyter k8s.gcr.io keycloak
linkerd linuxserver mcr.microsoft.com milvusdb minio mlflow nvcr.io nvidia openzipkin otel portainer prom
prometheus-operator public.ecr.aws qdrant quay.io/prometheus rancher registry.k8s.io redislabs semitechnologies strimzi tensorflow
timescale ubuntu velero vllm weaveworks
"""
STRANGERS = frozenset(_STRANGERS.split())
"""Registries and owners whose images are run everywhere and built by few: an equal last word is no sign."""

_GENERIC = """
admin agent api app application auth backend base builder client cli code controller core cron custom-image dashboard db dev
demo develop docker example executor frontend gateway image init job latest main manager migrate migrations model myapp my-app
node operator prod production proxy release runner runtime sample scheduler server service site staging test tests ui web
webapp webhook website worker www
"""
GENERIC = frozenset(_GENERIC.split())
