// Command crdcheck reads XRDs, CRDs and Compositions and says whether Crossplane and the API server take them:
// it converts XRDs to CRDs by Crossplane's own code, and validates CRDs by the API server's own code
// (structural schema, defaults, and the cost of CEL rules).
//
//	crdcheck FILE|FOLDER...
//
// Prints a line per CRD, and every field error. Ends with 1 if there was any, 2 if a file cannot be read.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/crossplane/crossplane-runtime/v2/pkg/xcrd"
	xpv1 "github.com/crossplane/crossplane/apis/v2/apiextensions/v1"
	xpv2 "github.com/crossplane/crossplane/apis/v2/apiextensions/v2"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	extv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: crdcheck FILE|FOLDER...")
		os.Exit(2)
	}
	files, err := find(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	failed := false
	for _, file := range files {
		documents, err := read(file)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		for _, document := range documents {
			for _, problem := range check(file, document) {
				failed = true
				fmt.Printf("%s: %s\n", file, problem)
			}
		}
	}
	if failed {
		os.Exit(1)
	}
}

// find lists the YAML files among the arguments and in the folders among them.
func find(arguments []string) ([]string, error) {
	var files []string
	for _, argument := range arguments {
		err := filepath.WalkDir(argument, func(path string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() && (path == argument || strings.HasSuffix(path, ".yaml")) {
				files = append(files, path)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	if len(files) == 0 {
		return nil, errors.New("no YAML file found")
	}
	return files, nil
}

// read returns the YAML documents of a file as they stand.
func read(file string) ([][]byte, error) {
	opened, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer opened.Close()
	var documents [][]byte
	reader := utilyaml.NewDocumentDecoder(opened)
	buffer := make([]byte, 8<<20)
	for {
		n, err := reader.Read(buffer)
		if errors.Is(err, io.EOF) {
			return documents, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		if document := bytes.TrimSpace(buffer[:n]); len(document) > 0 {
			documents = append(documents, bytes.Clone(document))
		}
	}
}

// check says what is wrong with one document.
func check(file string, document []byte) []string {
	meta := metav1.TypeMeta{}
	if err := yaml.Unmarshal(document, &meta); err != nil {
		return []string{err.Error()}
	}
	switch meta.APIVersion + " " + meta.Kind {
	case "apiextensions.k8s.io/v1 CustomResourceDefinition":
		crd := &extv1.CustomResourceDefinition{}
		if err := yaml.UnmarshalStrict(document, crd); err != nil {
			return []string{err.Error()}
		}
		return validate(file, "as it stands", crd)
	case "apiextensions.crossplane.io/v1 CompositeResourceDefinition",
		"apiextensions.crossplane.io/v2 CompositeResourceDefinition":
		return checkXRD(file, meta.APIVersion, document)
	case "apiextensions.crossplane.io/v1 Composition":
		composition := &xpv1.Composition{}
		if err := yaml.UnmarshalStrict(document, composition); err != nil {
			return []string{err.Error()}
		}
		fmt.Printf("%s: Composition %s\n", file, composition.Name)
		return nil
	}
	return []string{fmt.Sprintf("neither XRD, Composition nor CRD: %s %s", meta.APIVersion, meta.Kind)}
}

func checkXRD(file, apiVersion string, document []byte) []string {
	// Crossplane converts v1, which v2 is a subset of; what v2 lacks must not stand in a v2 XRD.
	if apiVersion == "apiextensions.crossplane.io/v2" {
		if err := yaml.UnmarshalStrict(document, &xpv2.CompositeResourceDefinition{}); err != nil {
			return []string{err.Error()}
		}
	}
	xrd := &xpv1.CompositeResourceDefinition{}
	if err := yaml.UnmarshalStrict(document, xrd); err != nil {
		return []string{err.Error()}
	}
	// The API server gives a UID, which the generated CRD names as its owner's.
	xrd.UID = "00000000-0000-0000-0000-000000000000"
	crd, err := xcrd.ForCompositeResource(xrd)
	if err != nil {
		return []string{err.Error()}
	}
	problems := validate(file, "of the XR", crd)
	if xrd.Spec.ClaimNames == nil {
		return problems
	}
	claim, err := xcrd.ForCompositeResourceClaim(xrd)
	if err != nil {
		return append(problems, err.Error())
	}
	return append(problems, validate(file, "of the claim", claim)...)
}

// validate does what the API server does when a CRD is created.
func validate(file, which string, crd *extv1.CustomResourceDefinition) []string {
	extv1.SetDefaults_CustomResourceDefinition(crd)
	extv1.SetDefaults_CustomResourceDefinitionSpec(&crd.Spec)
	for _, version := range crd.Spec.Versions {
		if version.Storage {
			crd.Status.StoredVersions = []string{version.Name}
		}
	}
	internal := &apiextensions.CustomResourceDefinition{}
	if err := extv1.Convert_v1_CustomResourceDefinition_To_apiextensions_CustomResourceDefinition(crd, internal, nil); err != nil {
		return []string{err.Error()}
	}
	var problems []string
	for _, problem := range validation.ValidateCustomResourceDefinition(context.Background(), internal) {
		problems = append(problems, fmt.Sprintf("CRD %s %s: %s", crd.Name, which, problem))
	}
	if len(problems) == 0 {
		fmt.Printf("%s: CRD %s %s\n", file, crd.Name, which)
	}
	return problems
}
