"""The endpoint check: is a webhook endpoint correct? Probes are scenarios with faults and expectations."""
