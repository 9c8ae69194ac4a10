//go:build tools

package test

// Modules from which only data is read: the OpenAPI of Kubernetes and the custom resources of others. Imported here so
// that go mod tidy keeps their versions; never compiled.
import (
	_ "github.com/prometheus-operator/prometheus-operator/pkg/versionutil"
	_ "sigs.k8s.io/gateway-api/apis/v1"
	_ "sigs.k8s.io/kubectl-validate/pkg/openapiclient"
)
