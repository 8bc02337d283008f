module namespace-sentinel/twin/certificates

go 1.26.8
