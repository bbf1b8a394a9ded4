# What there is to run. check needs Go and nothing else; check-all also opens
# reports in a browser and an office program, and loads rules into firewalls:
# "make consumers" installs those on Debian.
.POSIX:
.PHONY: check check-all consumers generated format vet staticcheck tidy lint test race report documents platforms bench readers beam fuzz dist

check: generated lint test

check-all: export PORTBOOK_CONSUMERS = required
check-all: check race report documents platforms bench readers beam fuzz dist

generated:
	go run ./gen --check

lint: format vet staticcheck tidy

format:
	@files=$$(gofmt -l .); if [ -n "$$files" ]; then echo "not formatted:" $$files; exit 1; fi

vet:
	go vet ./...

# staticcheck.conf says what it looks for.
staticcheck:
	go run honnef.co/go/tools/cmd/staticcheck@v0.8.2 ./...

tidy:
	go mod tidy -diff

test:
	go test ./...

# The race detector checks unsafe pointers, too. Reading documents has neither
# these nor goroutines, and would take longer than all the rest.
race:
	go test -race -short $$(go list ./... | grep -v /internal/ingest/)

consumers report documents platforms bench readers beam fuzz dist:
	.ci/$@
