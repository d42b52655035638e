#!/bin/sh
# Makes the certificates and keys of this folder, of every kind that the monitor reads, by openssl. They are for tests:
# no certificate of theirs is trusted anywhere.
set -e
cd "$(dirname "$0")"
days=36500
ec() { openssl ecparam -name prime256v1 -genkey -noout | openssl pkcs8 -topk8 -nocrypt -out "$1"; }
issue() { # NAME KEY CA SUBJECT_ALT_NAME
  openssl req -new -key "$2" -subj "/CN=$1" -out request
  printf 'subjectAltName=%s\n' "$4" >extensions
  openssl x509 -req -in request -CA "$3.crt" -CAkey "$3.key" -CAcreateserial -days $days -extfile extensions -out "$1.crt"
}
authority() {
  ec "$1.key"
  openssl req -x509 -new -key "$1.key" -subj "/CN=$1" -days $days -out "$1.crt"
}
authority ca
authority other-ca
ec server.key
issue server server.key ca "DNS:localhost,IP:127.0.0.1"
cat server.crt ca.crt >server-chain.crt
openssl ec -in server.key -out server-sec1.key
ec renewed.key
issue renewed renewed.key ca "DNS:localhost,IP:127.0.0.1"
openssl genrsa -out rsa-pkcs8.key 2048
issue rsa rsa-pkcs8.key ca "DNS:localhost"
openssl rsa -in rsa-pkcs8.key -traditional -out rsa-pkcs1.key
openssl rsa -in rsa-pkcs8.key -traditional -aes128 -passout pass:x -out encrypted-pkcs1.key
openssl pkcs8 -topk8 -in server.key -passout pass:x -out encrypted.key
openssl genpkey -algorithm ed25519 -out ed25519.key
issue ed25519 ed25519.key ca "DNS:localhost"
ec client.key
issue alice client.key ca "DNS:alice,email:alice@example.org,URI:spiffe://node/alice,IP:10.0.0.1,IP:fd00::1"
issue bob client.key ca "DNS:bob"
issue mallory client.key other-ca "DNS:alice"
head -5 server.crt >cut-off.crt
printf -- '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n' >garbage.crt
rm -f request extensions ./*.srl
