module clients

go 1.25

require github.com/kestra-io/client-sdk/go-sdk v1.0.1

require (
	github.com/tmaxmax/go-sse v0.11.0 // indirect
	gopkg.in/validator.v2 v2.0.1 // indirect
)
