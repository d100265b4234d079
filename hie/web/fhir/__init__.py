"""FHIR R4 resources that the hub gives."""
