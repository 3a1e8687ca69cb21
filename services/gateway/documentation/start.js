// The page's only code of our own: where the document is, and where to show it.
SwaggerUIBundle({ url: "/api/openapi.json", dom_id: "#api", deepLinking: true, persistAuthorization: false });
