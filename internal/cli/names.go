package cli

import (
	"slices"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/cli/phrase"
	"golang.org/x/text/unicode/norm"
)

// product reads the name of a product.
func product(c *portbook.Catalog, name string) (portbook.Product, error) {
	e, err := named(c, phrase.KindProduct, name, productIDs(c))
	if err != nil {
		return "", err
	}
	return e.(portbook.Product), nil
}

// component reads the name of a component.
func component(c *portbook.Catalog, name string) (portbook.Component, error) {
	e, err := named(c, phrase.KindComponent, name, componentIDs(c))
	if err != nil {
		return "", err
	}
	return e.(portbook.Component), nil
}

// endpoint reads the name of a component or product.
func endpoint(c *portbook.Catalog, name string) (portbook.Endpoint, error) {
	return named(c, phrase.KindEndpoint, name, endpointIDs(c))
}

// read reads a list of names.
func read[E any](c *portbook.Catalog, values []string, one func(*portbook.Catalog, string) (E, error)) ([]E, error) {
	var list []E
	for _, v := range values {
		e, err := one(c, v)
		if err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, nil
}

// named returns the one of the known endpoints that a name means: by its id,
// or in any case by its id, its name in any language or another name that
// documents use. A product comes before components of the same name.
func named(c *portbook.Catalog, kind phrase.Phrase, name string, known []string) (portbook.Endpoint, error) {
	if slices.Contains(known, name) {
		return endpointOf(name), nil
	}
	var products, components []string
	for _, id := range known {
		switch {
		case !slices.ContainsFunc(namesOf(c, id), func(s string) bool { return folded(s) == folded(name) }):
		case strings.Contains(id, "/"):
			components = append(components, id)
		default:
			products = append(products, id)
		}
	}
	if len(products) == 0 {
		products = components
	}
	switch len(products) {
	case 0:
		return nil, unknown(kind, name, known)
	case 1:
		return endpointOf(products[0]), nil
	}
	return nil, failure(phrase.ErrorAmbiguous, "name", quoted(name), "known", strings.Join(products, ", "))
}

// endpointOf returns the endpoint with an id: those of components have a slash.
func endpointOf(id string) portbook.Endpoint {
	if strings.Contains(id, "/") {
		return portbook.Component(id)
	}
	return portbook.Product(id)
}

// namesOf returns all names of a product or component.
func namesOf(c *portbook.Catalog, id string) []string {
	list := []string{id}
	var name portbook.Text
	if p, ok := c.Product(portbook.Product(id)); ok {
		name = p.Name
	} else if x, ok := c.Component(portbook.Component(id)); ok {
		name = x.Name
		list = append(list, x.Aliases...)
	}
	for _, tag := range i18n.TextLanguages(c) {
		list = append(list, i18n.For(c, tag).Text(name))
	}
	return list
}

// folded returns the form by which names are compared: without differences of
// case, of width and of white space.
func folded(s string) string {
	return strings.ToLower(strings.Join(strings.Fields(norm.NFKC.String(s)), " "))
}
