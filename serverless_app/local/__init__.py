"""The laptop cloud: a data plane under moto's control plane. It knows nothing of Udagram."""
