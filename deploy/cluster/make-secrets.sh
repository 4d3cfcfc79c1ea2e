#!/bin/sh
# Makes what the cluster of docker-compose.cluster.yml needs, where it is missing: certificates of the event-store nodes, the key file of
# the MongoDB members, passwords, and the connection strings of Wuwei. Needs openssl.
#   make-secrets.sh FOLDER    writes FOLDER/{ca,eventstore,mongodb,wuwei}
set -eu
umask 077
cd "$1"
mkdir -p ca eventstore mongodb wuwei
days=825

# uid of the users in the containers; who is not root cannot give files away
own() { [ "$(id -u)" != 0 ] || chown -R "$@"; }

if [ ! -s ca/ca.key ]; then
  openssl req -x509 -newkey rsa:2048 -nodes -days $days -subj '/O=Wuwei/CN=Wuwei cluster CA' \
    -addext 'basicConstraints=critical,CA:TRUE' -addext 'keyUsage=critical,keyCertSign,cRLSign' -out ca/ca.crt -keyout ca/ca.key
fi
for folder in eventstore wuwei; do
  mkdir -p $folder/trusted
  cp ca/ca.crt $folder/trusted/ca.crt
done

for node in kurrentdb-1 kurrentdb-2 kurrentdb-3; do
  [ ! -s eventstore/$node.crt ] || continue
  # the common name is the same for all nodes: by it they know each other
  openssl req -newkey rsa:2048 -nodes -subj '/O=Wuwei/CN=eventstoredb-node' -keyout eventstore/$node.key -out ca/$node.csr
  printf 'subjectAltName=DNS:%s,DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth\nkeyUsage=critical,digitalSignature,keyEncipherment\n' $node > ca/$node.ext
  openssl x509 -req -in ca/$node.csr -CA ca/ca.crt -CAkey ca/ca.key -CAcreateserial -days $days -extfile ca/$node.ext -out eventstore/$node.crt
done

[ -s mongodb/keyfile ] || openssl rand -base64 756 > mongodb/keyfile
for name in eventstore/admin-password mongodb/root-password mongodb/wuwei-password; do
  [ -s $name ] || openssl rand -hex 24 | tr -d '\n' > $name
done

printf 'esdb://admin:%s@kurrentdb-1:2113,kurrentdb-2:2113,kurrentdb-3:2113?tls=true&tlsCAFile=/secrets/trusted/ca.crt' \
  "$(cat eventstore/admin-password)" > wuwei/eventstore
printf 'mongodb://wuwei:%s@mongodb-1:27017,mongodb-2:27017,mongodb-3:27017/wuwei?replicaSet=rs0' \
  "$(cat mongodb/wuwei-password)" > wuwei/mongodb

own 1000:1000 eventstore wuwei
own 999:999 mongodb
