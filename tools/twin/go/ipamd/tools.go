//go:build tools

// Pins AWS's network policy agent and the CNI plugin of the VPC CNI: newer agents need modules that are not published.
package main

import (
	_ "github.com/aws/amazon-vpc-cni-k8s/cmd/routed-eni-cni-plugin"
	_ "github.com/aws/aws-network-policy-agent"
)
