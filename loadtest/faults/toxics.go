package main

import (
	"fmt"
	"strings"
	"time"

	toxiproxy "github.com/Shopify/toxiproxy/v2"

	"github.com/ovation-live/ovation/internal/pause"
)

// toxic is one of toxiproxy's, both ways, on every proxy.
func toxic(p *place, body string, proxies []*toxiproxy.Proxy) (mend func(), err error) {
	for _, proxy := range proxies {
		for _, way := range []string{"upstream", "downstream"} {
			if _, err := proxy.Toxics.AddToxicJson(strings.NewReader(strings.Replace(body, "{", `{"stream":"`+way+`",`, 1))); err != nil {
				return nil, fmt.Errorf("toxic %s: %w", body, err)
			}
		}
	}
	return func() {
		for _, proxy := range proxies {
			proxy.Toxics.ResetToxics(p.ctx)
		}
	}, nil
}

func poisoned(p *place, c *crowd, body string, proxies []*toxiproxy.Proxy, span time.Duration) error {
	mend, err := toxic(p, body, proxies)
	if err != nil {
		return err
	}
	pause.For(p.ctx, span)
	mend()
	if err := c.moves(40 * time.Second); err != nil {
		return fmt.Errorf("after %s: %w", body, err)
	}
	for _, x := range append(append([]*part{}, p.gateways...), p.services...) {
		if err := alive(p.ctx, x); err != nil {
			return err
		}
	}
	return nil
}

func slowNetwork(p *place, c *crowd) ([]string, error) {
	for _, proxies := range [][]*toxiproxy.Proxy{p.toGateway, p.toNATS} {
		for _, body := range []string{
			`{"type":"latency","attributes":{"latency":300,"jitter":50}}`,
			`{"type":"bandwidth","attributes":{"rate":1}}`,
			`{"type":"slicer","attributes":{"average_size":1,"size_variation":0,"delay":10}}`,
		} {
			if err := poisoned(p, c, body, proxies, 5*time.Second); err != nil {
				return nil, err
			}
		}
	}
	return nil, nil
}

func cutNetwork(p *place, c *crowd) ([]string, error) {
	for _, proxies := range [][]*toxiproxy.Proxy{p.toGateway, p.toNATS} {
		if err := poisoned(p, c, `{"type":"reset_peer","attributes":{"timeout":0}}`, proxies, 3*time.Second); err != nil {
			return nil, err
		}
		if err := poisoned(p, c, `{"type":"timeout","attributes":{"timeout":0}}`, proxies, 5*time.Second); err != nil {
			return nil, err
		}
		for range 3 {
			if err := poisoned(p, c, `{"type":"timeout","attributes":{"timeout":0}}`, proxies, 2*time.Second); err != nil {
				return nil, err
			}
		}
	}
	return nil, poisoned(p, c, `{"type":"timeout","attributes":{"timeout":0}}`, p.toNATS, 30*time.Second)
}
