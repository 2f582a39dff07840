package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	extv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apimachinery/pkg/util/validation/field"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
)

// verdict is the result of the API server for an object.
type verdict struct {
	Errors []string `json:"errors"`
	// Object includes defaults, and has no unknown fields.
	Object map[string]any `json:"object"`
}

// verdicts reads a JSON list of objects from the standard input, and prints a verdict for each.
// It processes each as the API server does on creation: it drops unknown fields, applies defaults,
// checks the schema, and then evaluates the CEL rules.
func verdicts(file string) error {
	crds, err := crdsOf(file)
	if err != nil {
		return err
	}
	kinds := map[string]*creator{}
	for _, crd := range crds {
		if kinds[crd.Spec.Names.Kind], err = newCreator(crd); err != nil {
			return err
		}
	}
	input, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	// Numbers are decoded as by the API server: integers as int64.
	var objects []any
	if err := utiljson.Unmarshal(input, &objects); err != nil {
		return err
	}
	all := make([]verdict, len(objects))
	for i := range objects {
		object, _ := objects[i].(map[string]any)
		kind, _ := object["kind"].(string)
		if kinds[kind] == nil {
			return fmt.Errorf("object %d is of kind %q, which %s does not define", i, kind, file)
		}
		all[i] = verdict{kinds[kind].create(object), object}
	}
	return json.NewEncoder(os.Stdout).Encode(all)
}

func crdsOf(file string) ([]*extv1.CustomResourceDefinition, error) {
	documents, err := read(file)
	if err != nil {
		return nil, err
	}
	var crds []*extv1.CustomResourceDefinition
	for _, document := range documents {
		converted, err := convert(document)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		crds = append(crds, converted...)
	}
	return crds, nil
}

// creator validates the objects of one kind.
type creator struct {
	structural *schema.Structural
	validator  validation.SchemaValidator
	rules      *cel.Validator
}

func newCreator(crd *extv1.CustomResourceDefinition) (*creator, error) {
	internal := &apiextensions.CustomResourceDefinition{}
	if err := extv1.Convert_v1_CustomResourceDefinition_To_apiextensions_CustomResourceDefinition(crd, internal, nil); err != nil {
		return nil, err
	}
	properties, err := apiextensions.GetSchemaForVersion(internal, internal.Spec.Versions[0].Name)
	if err != nil {
		return nil, err
	}
	structural, err := schema.NewStructural(properties.OpenAPIV3Schema)
	if err != nil {
		return nil, err
	}
	validator, _, err := validation.NewSchemaValidator(properties.OpenAPIV3Schema)
	if err != nil {
		return nil, err
	}
	return &creator{structural, validator, cel.NewValidator(structural, true, celconfig.PerCallLimit)}, nil
}

func (c *creator) create(object map[string]any) []string {
	pruning.Prune(object, c.structural, true)
	defaulting.PruneNonNullableNullsWithoutDefaults(object, c.structural)
	defaulting.Default(object, c.structural)
	problems := validation.ValidateCustomResource(nil, object, c.validator)
	if len(problems) == 0 {
		var broken field.ErrorList
		broken, _ = c.rules.Validate(context.Background(), nil, c.structural, object, nil, celconfig.RuntimeCELCostBudget)
		problems = append(problems, broken...)
	}
	messages := []string{}
	for _, problem := range problems {
		messages = append(messages, problem.Error())
	}
	return messages
}
