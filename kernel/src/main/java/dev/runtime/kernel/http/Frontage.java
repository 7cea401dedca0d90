package dev.runtime.kernel.http;

import dev.runtime.api.http.Endpoint;
import dev.runtime.api.http.HttpHandler;
import dev.runtime.api.http.RequestFilter;
import dev.runtime.api.http.Route;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * All endpoints and filters at one moment. Never changed: another one takes its place.
 *
 * @param endpoints in the order of their activation
 * @param filters smallest order first
 * @param table the routes of the endpoints
 */
record Frontage(List<Opened> endpoints, List<InUse> filters, RoutingTable table) {
    private static final System.Logger LOG = System.getLogger(Frontage.class.getName());

    /** An endpoint with the routes that it was asked for once. */
    record Opened(InUse use, List<Route> routes) {}

    static Frontage empty() {
        return new Frontage(List.of(), List.of(), new RoutingTable());
    }

    Frontage with(Endpoint endpoint) {
        List<Opened> all = new ArrayList<>(endpoints);
        all.add(new Opened(new InUse(endpoint), List.copyOf(endpoint.routes())));
        return of(all, filters);
    }

    Frontage without(Endpoint endpoint) {
        return of(endpoints.stream().filter(each -> each.use().extension() != endpoint).toList(), filters);
    }

    Frontage with(RequestFilter filter) {
        return new Frontage(endpoints, Stream.concat(filters.stream(), Stream.of(new InUse(filter)))
                .sorted(Comparator.comparingInt(use -> ((RequestFilter) use.extension()).order())).toList(), table);
    }

    Frontage without(RequestFilter filter) {
        return new Frontage(endpoints, filters.stream().filter(use -> use.extension() != filter).toList(), table);
    }

    /** Returns the handler and, around it, the filters. */
    HttpHandler chain(HttpHandler handler) {
        HttpHandler chain = handler;
        for (InUse use : filters.reversed()) {
            RequestFilter filter = (RequestFilter) use.extension();
            HttpHandler next = chain;
            chain = exchange -> filter.filter(exchange, next);
        }
        return chain;
    }

    private static Frontage of(List<Opened> endpoints, List<InUse> filters) {
        RoutingTable table = new RoutingTable();
        for (Opened opened : endpoints) {
            for (Route route : opened.routes()) {
                Optional<RoutingTable.Target> taken = table.add(new RoutingTable.Target(route, opened.use()));
                taken.ifPresent(other -> LOG.log(Level.WARNING, route.method() + " " + route.path() + " of "
                        + opened.use().extension().getClass().getName() + " is left out: " + other.endpoint().extension().getClass().getName()
                        + " has it already"));
            }
        }
        return new Frontage(List.copyOf(endpoints), filters, table);
    }
}
