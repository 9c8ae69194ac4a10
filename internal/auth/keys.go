package auth

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// key is one key with the one algorithm it is for: what a token says of its algorithm only selects among keys.
type key struct {
	method jwt.SigningMethod
	verify any
	sign   any // nil for a public key
}

// Keys verify tokens and, where one of them is private, sign them.
type Keys struct {
	held      *ring
	published *JWKS // nil without
	rules     Rules
}

// Settings say which keys there are and what their tokens must say.
type Settings struct {
	// Files as LoadKeys takes them; may be empty where there is a key set.
	Files []string
	// Published is a key set on the network; nil for none.
	Published *JWKS
	// Rules for tokens beside their signature.
	Rules Rules
}

// Open reads the keys.
func Open(s Settings) (*Keys, error) {
	k := &Keys{held: new(ring), published: s.Published, rules: s.Rules}
	if err := k.Reload(s.Files); err != nil {
		return nil, err
	}
	if len(k.held.now()) == 0 && k.published == nil {
		return nil, errors.New("no key file was named: set keys.files or keys.jwks")
	}
	return k, nil
}

// WithRules gives the same keys with rules for what tokens say.
func (k *Keys) WithRules(r Rules) *Keys { return &Keys{held: k.held, published: k.published, rules: r} }

// Leeway is how long after its end a token is still taken.
func (k *Keys) Leeway() time.Duration { return k.rules.leeway() }

// encoded marks a secret whose bytes are written as base64. Without it the text is the secret: one of hexadecimal digits
// would be legal base64, too, and whoever signs with it elsewhere would sign with other bytes.
const encoded = "base64:"

// minSecret is the least length of a shared secret: what HS256 hashes to.
const minSecret = 32

// OpenKeys reads the secret at a path or makes it once, readable by its owner only.
func OpenKeys(path string) (*Keys, error) {
	for {
		secret, err := readSecret(path)
		if err == nil {
			return &Keys{held: ringOf(key{jwt.SigningMethodHS256, secret, secret})}, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		if err := makeSecret(path); err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, fmt.Errorf("make the key file %s: %w", path, err)
		}
	}
}

// NewKeys makes a secret that no file holds: what is signed with it is good in this process, and while it lives.
func NewKeys() *Keys {
	secret := make([]byte, minSecret)
	_, _ = rand.Read(secret) // never fails
	return &Keys{held: ringOf(key{jwt.SigningMethodHS256, secret, secret})}
}

// makeSecret writes beside and links into place: a file that stands is whole, and two processes agree on one.
func makeSecret(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	var secret [minSecret]byte
	if _, err := rand.Read(secret[:]); err != nil {
		return err
	}
	temporary, err := os.CreateTemp(filepath.Dir(path), ".key-*") // made 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(temporary.Name()) }()
	if _, err := temporary.WriteString(encoded + base64.StdEncoding.EncodeToString(secret[:]) + "\n"); err != nil {
		return err
	}
	if err := errors.Join(temporary.Sync(), temporary.Close()); err != nil {
		return err
	}
	return os.Link(temporary.Name(), path)
}

func readSecret(path string) ([]byte, error) {
	if err := closed(path); err != nil {
		return nil, err
	}
	body, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the key file: %w", err)
	}
	return decodeSecret(path, body)
}

// closed refuses a file that others can read: whoever has a key that signs can make any token.
func closed(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if exposed(info) {
		return fmt.Errorf("the key file %s can be read by others (mode %#o): run chmod 600 on it", path, info.Mode().Perm())
	}
	return nil
}

func decodeSecret(path string, body []byte) ([]byte, error) {
	text := strings.TrimSpace(string(body))
	secret := []byte(text)
	if rest, ok := strings.CutPrefix(text, encoded); ok {
		var err error
		if secret, err = base64.StdEncoding.DecodeString(rest); err != nil {
			return nil, fmt.Errorf("the key in %s says %s and is none: %w", path, encoded, err)
		}
	}
	if len(secret) < minSecret {
		return nil, fmt.Errorf("the key in %s is too short: a shared secret needs %d bytes at least", path, minSecret)
	}
	return secret, nil
}

// LoadKeys reads key files: PEM public or private keys (RSA for RS256, P-256 for ES256, Ed25519 for EdDSA), or else a
// shared secret for HS256, as text or behind "base64:", of 32 bytes at least. What can sign must be readable by its owner only.
// The first file that can sign signs.
func LoadKeys(files []string) (*Keys, error) { return Open(Settings{Files: files}) }

func load(files []string) ([]key, error) {
	var all []key
	for _, path := range files {
		body, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("read the key file: %w", err)
		}
		var one key
		if block, _ := pem.Decode(body); block != nil {
			if one, err = pemKey(block); err == nil && one.sign != nil {
				err = closed(path)
			}
		} else {
			var secret []byte
			if secret, err = readSecret(path); err == nil {
				one = key{jwt.SigningMethodHS256, secret, secret}
			}
		}
		if err != nil {
			return nil, fmt.Errorf("key file %s: %w", path, err)
		}
		all = append(all, one)
	}
	return all, few(all)
}

// few refuses more keys for one algorithm than are tried: the tokens of files' keys name none.
func few(all []key) error {
	of := make(map[string]int)
	for _, one := range all {
		if of[one.method.Alg()]++; of[one.method.Alg()] > maxUnnamed {
			return fmt.Errorf("keys.files has more than %d keys for %s: a token does not say which of them signed it, and no more are tried", maxUnnamed, one.method.Alg())
		}
	}
	return nil
}

func pemKey(block *pem.Block) (key, error) {
	if private, err := x509.ParsePKCS8PrivateKey(block.Bytes); err == nil {
		signer, ok := private.(crypto.Signer)
		if !ok {
			return key{}, fmt.Errorf("holds a %T: want RSA, P-256 or Ed25519", private)
		}
		method, err := methodOf(signer.Public())
		return key{method, signer.Public(), signer}, err
	}
	public, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return key{}, fmt.Errorf("holds %q: want a PKCS #8 private or PKIX public key", block.Type)
	}
	method, err := methodOf(public)
	return key{method: method, verify: public}, err
}

// minRSA is the least length of an RSA key, in bits (RFC 7518, section 3.3).
const minRSA = 2048

// methodOf is the one algorithm that a public key is for.
func methodOf(public crypto.PublicKey) (jwt.SigningMethod, error) {
	switch p := public.(type) {
	case *rsa.PublicKey:
		if p.N.BitLen() < minRSA {
			return nil, fmt.Errorf("holds an RSA key of %d bits: want %d at least", p.N.BitLen(), minRSA)
		}
		return jwt.SigningMethodRS256, nil
	case *ecdsa.PublicKey:
		if p.Curve != elliptic.P256() {
			return nil, fmt.Errorf("holds a key on the curve %s: want P-256", p.Params().Name)
		}
		return jwt.SigningMethodES256, nil
	case ed25519.PublicKey:
		return jwt.SigningMethodEdDSA, nil
	}
	return nil, fmt.Errorf("holds a %T: want RSA, P-256 or Ed25519", public)
}

// CanSign tells whether tokens can be made.
func (k *Keys) CanSign() bool { return k.signer() != nil }

func (k *Keys) signer() *key {
	for _, one := range k.held.now() {
		if one.sign != nil {
			return &one
		}
	}
	return nil
}
