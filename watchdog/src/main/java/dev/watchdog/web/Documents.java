package dev.watchdog.web;

import dev.watchdog.events.ContractFiles;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;

/**
 * The contract's documents, for those who write programs against this very version: the AsyncAPI document, and the schemas
 * where it refers to them. On the event loop of the request; each is read from the jar when it is asked for.
 */
final class Documents {
    private static final String API = "/api/v1/";

    void route(Router router) {
        router.get("/api/v1/asyncapi.yaml").handler(request -> file(request, ContractFiles.ASYNC_API));
        router.get("/api/v1/schema").handler(request -> Reply.json(request, 200, new FileList(ContractFiles.names())));
        router.get("/api/v1/schema/:name")
                .handler(request -> file(request, ContractFiles.SCHEMAS + request.pathParam("name")));
    }

    /** What there is, each below {@code /api/v1/}. */
    record FileList(Set<String> files) {}

    private static void file(RoutingContext request, String name) {
        byte[] bytes = ContractFiles.read(name)
                .orElseThrow(() -> new Problem.Refusal(404, "no schema is called so: " + API + "schema lists them"));
        String type = name.equals(ContractFiles.ASYNC_API) ? "application/yaml" : "application/schema+json";
        Reply.send(request, 200, type, Buffer.buffer(bytes));
    }
}
