// Command certificates writes a certificate authority (once) and leaf certificates of it, so that the twin needs no
// openssl. It reads a JSON list of leaves from standard input and writes NAME.crt and NAME.key into the folder named
// by its only argument; sa.key and sa.pub (the key of ServiceAccount tokens) come with the authority.
package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"log"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

type leaf struct {
	Name          string   `json:"name"`
	CommonName    string   `json:"commonName"`
	Organizations []string `json:"organizations"`
	DNSNames      []string `json:"dnsNames"`
	IPAddresses   []net.IP `json:"ipAddresses"`
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: certificates FOLDER < leaves.json")
	}
	folder := os.Args[1]
	var leaves []leaf
	must(json.NewDecoder(os.Stdin).Decode(&leaves))
	ca, caKey := authority(folder)
	for _, l := range leaves {
		key := try(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
		template := &x509.Certificate{
			SerialNumber: serial(),
			Subject:      pkix.Name{CommonName: l.CommonName, Organization: l.Organizations},
			DNSNames:     l.DNSNames,
			IPAddresses:  l.IPAddresses,
			NotBefore:    ca.NotBefore,
			NotAfter:     ca.NotAfter,
			KeyUsage:     x509.KeyUsageDigitalSignature,
			ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		}
		der := try(x509.CreateCertificate(rand.Reader, template, ca, key.Public(), caKey))
		write(folder, l.Name+".crt", "CERTIFICATE", der)
		write(folder, l.Name+".key", "PRIVATE KEY", try(x509.MarshalPKCS8PrivateKey(key)))
	}
}

// authority reads the authority of the folder, or makes it.
func authority(folder string) (*x509.Certificate, crypto.PrivateKey) {
	if text, err := os.ReadFile(filepath.Join(folder, "ca.crt")); err == nil {
		certificate, _ := pem.Decode(text)
		key, _ := pem.Decode(try(os.ReadFile(filepath.Join(folder, "ca.key"))))
		return try(x509.ParseCertificate(certificate.Bytes)), try(x509.ParsePKCS8PrivateKey(key.Bytes))
	}
	key := try(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	template := &x509.Certificate{
		SerialNumber:          serial(),
		Subject:               pkix.Name{CommonName: "twin-ca"},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(30 * 24 * time.Hour),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	der := try(x509.CreateCertificate(rand.Reader, template, template, key.Public(), key))
	serviceAccounts := try(rsa.GenerateKey(rand.Reader, 2048))
	write(folder, "sa.key", "PRIVATE KEY", try(x509.MarshalPKCS8PrivateKey(serviceAccounts)))
	write(folder, "sa.pub", "PUBLIC KEY", try(x509.MarshalPKIXPublicKey(serviceAccounts.Public())))
	write(folder, "ca.key", "PRIVATE KEY", try(x509.MarshalPKCS8PrivateKey(key)))
	write(folder, "ca.crt", "CERTIFICATE", der)
	return try(x509.ParseCertificate(der)), key
}

func serial() *big.Int { return try(rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))) }

func write(folder, name, kind string, der []byte) {
	text := pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
	must(os.WriteFile(filepath.Join(folder, name), text, 0o600))
}

func try[T any](value T, err error) T {
	must(err)
	return value
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
