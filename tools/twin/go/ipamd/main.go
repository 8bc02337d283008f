// Command ipamd simulates the address daemon of a VPC CNI node and the instance's metadata service. It gives each pod an
// address out of a block, says which mode of network policy holds, and tells the node's own address. What a pod's interface
// is called, how it is routed and what a policy does to it stays with AWS's own plugin and agent.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"sync"

	"github.com/aws/amazon-vpc-cni-k8s/rpc"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
)

type daemon struct {
	rpc.UnimplementedCNIBackendServer
	rpc.UnimplementedConfigServerBackendServer
	mu    sync.Mutex
	mode  string
	first netip.Addr
	last  netip.Addr
	next  netip.Addr
	given map[string]netip.Addr // by container id
}

func (d *daemon) metadata(address netip.Addr) []*rpc.IPAllocationMetadata {
	// Table 254 is main: one interface, as on a node whose pods share its first network interface.
	return []*rpc.IPAllocationMetadata{{IPv4Addr: address.String(), DeviceNumber: 0, RouteTableId: 254}}
}

// take gives the address that was free for longest.
func (d *daemon) take(container string) (netip.Addr, error) {
	if address, again := d.given[container]; again {
		return address, nil
	}
	used := map[netip.Addr]bool{}
	for _, address := range d.given {
		used[address] = true
	}
	for candidate, left := d.next, 256; left > 0; left-- {
		following := candidate.Next()
		if d.last.Less(following) {
			following = d.first
		}
		if !used[candidate] {
			d.given[container], d.next = candidate, following
			return candidate, nil
		}
		candidate = following
	}
	return netip.Addr{}, fmt.Errorf("every address from %s to %s is in use", d.first, d.last)
}

func (d *daemon) AddNetwork(_ context.Context, in *rpc.AddNetworkRequest) (*rpc.AddNetworkReply, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	address, err := d.take(in.ContainerID)
	log.Printf("add %s/%s %s %v", in.K8S_POD_NAMESPACE, in.K8S_POD_NAME, address, err)
	if err != nil {
		return nil, err
	}
	return &rpc.AddNetworkReply{Success: true, IPAllocationMetadata: d.metadata(address), NetworkPolicyMode: d.mode}, nil
}

func (d *daemon) DelNetwork(_ context.Context, in *rpc.DelNetworkRequest) (*rpc.DelNetworkReply, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	reply := &rpc.DelNetworkReply{Success: true, NetworkPolicyMode: d.mode}
	if address, known := d.given[in.ContainerID]; known {
		delete(d.given, in.ContainerID)
		reply.IPAllocationMetadata = d.metadata(address)
		log.Printf("delete %s/%s %s", in.K8S_POD_NAMESPACE, in.K8S_POD_NAME, address)
	}
	return reply, nil
}

func (d *daemon) GetNetworkPolicyConfigs(context.Context, *emptypb.Empty) (*rpc.NetworkPolicyAgentConfigReply, error) {
	return &rpc.NetworkPolicyAgentConfigReply{NetworkPolicyMode: d.mode}, nil
}

func main() {
	node := flag.String("node", "", "address of the node")
	mode := flag.String("mode", "standard", "standard or strict")
	first := flag.String("first", "", "first address for pods")
	last := flag.String("last", "", "last address for pods")
	tcp := flag.String("tcp", "127.0.0.1:50051", "where the plugin asks")
	unix := flag.String("unix", "/var/run/aws-node/ipamd.sock", "where the agent asks")
	imds := flag.String("imds", "169.254.169.254:80", "where metadata is served")
	flag.Parse()
	d := &daemon{mode: *mode, first: netip.MustParseAddr(*first), last: netip.MustParseAddr(*last), given: map[string]netip.Addr{}}
	d.next = d.first
	_ = os.Remove(*unix)
	for _, at := range [][2]string{{"tcp", *tcp}, {"unix", *unix}} {
		listener, err := net.Listen(at[0], at[1])
		if err != nil {
			log.Fatal(err)
		}
		server := grpc.NewServer()
		rpc.RegisterCNIBackendServer(server, d)
		rpc.RegisterConfigServerBackendServer(server, d)
		go func() { log.Fatal(server.Serve(listener)) }()
	}
	log.Print("simulated: address daemon and instance metadata")
	log.Fatal(http.ListenAndServe(*imds, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasSuffix(r.URL.Path, "/api/token"):
			w.Header().Set("X-aws-ec2-metadata-token-ttl-seconds", "21600")
			_, _ = w.Write([]byte("token"))
		case strings.HasSuffix(r.URL.Path, "/meta-data/local-ipv4"):
			_, _ = w.Write([]byte(*node))
		default:
			http.NotFound(w, r)
		}
	})))
}
