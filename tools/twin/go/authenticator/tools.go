//go:build tools

// Package tools pins the token webhook that EKS itself runs.
package tools

import _ "sigs.k8s.io/aws-iam-authenticator/cmd/aws-iam-authenticator"
