// Command crdcheck reads XRDs, CRDs and Compositions and reports whether Crossplane and the API server accept
// them: it converts XRDs to CRDs with the code of Crossplane, and validates CRDs with the code of the API
// server (structural schema, defaults, and the cost of CEL rules).
//
//	crdcheck FILE|FOLDER...
//	crdcheck verdicts FILE <objects.json
//
// The first form prints a line per CRD, and every field error. It exits with status 1 if there is an error, and
// with status 2 if a file cannot be read. The second form prints how the API server would judge objects.
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
	if os.Args[1] == "verdicts" && len(os.Args) == 3 {
		if err := verdicts(os.Args[2]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		return
	}
	problems, err := checkAll(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	if problems > 0 {
		os.Exit(1)
	}
}

// checkAll prints the errors in the files, and counts them.
func checkAll(arguments []string) (int, error) {
	files, err := find(arguments)
	if err != nil {
		return 0, err
	}
	count := 0
	for _, file := range files {
		documents, err := read(file)
		if err != nil {
			return count, err
		}
		for _, document := range documents {
			problems := check(file, document)
			for _, problem := range problems {
				fmt.Printf("%s: %s\n", file, problem)
			}
			count += len(problems)
		}
	}
	return count, nil
}

// find lists the YAML files in the arguments, which are files or folders.
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

// read returns the YAML documents of a file without changes.
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

// check returns the errors in one document.
func check(file string, document []byte) []string {
	crds, err := convert(document)
	if err != nil {
		return []string{err.Error()}
	}
	var problems []string
	for _, crd := range crds {
		problems = append(problems, validate(file, crd)...)
	}
	return problems
}

// convert reads a document strictly, and returns the CRDs that it defines: none for a Composition.
func convert(document []byte) ([]*extv1.CustomResourceDefinition, error) {
	meta := metav1.TypeMeta{}
	if err := yaml.Unmarshal(document, &meta); err != nil {
		return nil, err
	}
	switch meta.APIVersion + " " + meta.Kind {
	case "apiextensions.k8s.io/v1 CustomResourceDefinition":
		crd := &extv1.CustomResourceDefinition{}
		return []*extv1.CustomResourceDefinition{crd}, yaml.UnmarshalStrict(document, crd)
	case "apiextensions.crossplane.io/v1 Composition":
		return nil, yaml.UnmarshalStrict(document, &xpv1.Composition{})
	case "apiextensions.crossplane.io/v2 CompositeResourceDefinition":
		// Crossplane converts v1, which has all fields of v2. A rule of the CRD refuses claims in v2.
		xrd := &xpv2.CompositeResourceDefinition{}
		if err := yaml.UnmarshalStrict(document, xrd); err != nil {
			return nil, err
		}
		if xrd.Spec.ClaimNames != nil { //nolint:staticcheck // This deprecated field is refused.
			return nil, errors.New("claims are not supported in apiextensions.crossplane.io/v2")
		}
		return convertXRD(document)
	case "apiextensions.crossplane.io/v1 CompositeResourceDefinition":
		return convertXRD(document)
	}
	return nil, fmt.Errorf("neither XRD, Composition nor CRD: %s %s", meta.APIVersion, meta.Kind)
}

func convertXRD(document []byte) ([]*extv1.CustomResourceDefinition, error) {
	xrd := &xpv1.CompositeResourceDefinition{}
	if err := yaml.UnmarshalStrict(document, xrd); err != nil {
		return nil, err
	}
	// The API server sets a UID, and the generated CRD refers to it in its owner reference.
	xrd.UID = "00000000-0000-0000-0000-000000000000"
	crd, err := xcrd.ForCompositeResource(xrd)
	if err != nil || xrd.Spec.ClaimNames == nil {
		return []*extv1.CustomResourceDefinition{crd}, err
	}
	claim, err := xcrd.ForCompositeResourceClaim(xrd)
	return []*extv1.CustomResourceDefinition{crd, claim}, err
}

// validate checks a CRD as the API server does on creation.
func validate(file string, crd *extv1.CustomResourceDefinition) []string {
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
		problems = append(problems, fmt.Sprintf("CRD %s: %s", crd.Name, problem))
	}
	if len(problems) == 0 {
		fmt.Printf("%s: CRD %s\n", file, crd.Name)
	}
	return problems
}
