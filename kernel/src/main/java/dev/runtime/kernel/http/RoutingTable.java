package dev.runtime.kernel.http;

import dev.runtime.api.http.Route;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Finds the route of a request: one tree of path segments a method. In each place a literal segment wins over
 * {@code {name}}, and that over {@code {name*}}. Immutable once it is filled.
 */
final class RoutingTable {
    /** A route with the endpoint it belongs to. */
    record Target(Route route, InUse endpoint) {}

    /** A target with the decoded values of its path parameters. */
    record Match(Target target, Map<String, String> parameters) {}

    private static final class Node {
        private final Map<String, Node> literals = new HashMap<>();
        private Optional<Node> any = Optional.empty();
        private Optional<Target> rest = Optional.empty();
        private Optional<Target> here = Optional.empty();
    }

    private final Map<String, Node> methods = new TreeMap<>();

    /**
     * Adds a route.
     *
     * @return the target that has the same method and path already, which stays
     */
    Optional<Target> add(Target target) {
        Node node = methods.computeIfAbsent(target.route().method(), _ -> new Node());
        List<String> segments = segments(target.route().path());
        for (String segment : segments) {
            if (isRest(segment)) {
                Optional<Target> present = node.rest;
                node.rest = present.or(() -> Optional.of(target));
                return present;
            }
            if (isParameter(segment)) {
                node.any = node.any.or(() -> Optional.of(new Node()));
                node = node.any.get();
            } else {
                node = node.literals.computeIfAbsent(segment, _ -> new Node());
            }
        }
        Optional<Target> present = node.here;
        node.here = present.or(() -> Optional.of(target));
        return present;
    }

    /** Finds the route of a method and a plain path. */
    Optional<Match> find(String method, String path) {
        Node root = methods.get(method);
        if (root == null) {
            return Optional.empty();
        }
        List<String> values = new ArrayList<>();
        return find(root, segments(path), 0, values).map(target -> new Match(target, parameters(target.route(), values)));
    }

    /** Returns the methods that a path has, in the order of their names; none if the path is unknown. */
    List<String> methods(String path) {
        return methods.keySet().stream().filter(method -> find(method, path).isPresent()).toList();
    }

    private static Optional<Target> find(Node node, List<String> segments, int at, List<String> values) {
        if (at == segments.size()) {
            return node.here;
        }
        String segment = segments.get(at);
        Node literal = node.literals.get(segment);
        if (literal != null) {
            Optional<Target> found = find(literal, segments, at + 1, values);
            if (found.isPresent()) {
                return found;
            }
        }
        if (node.any.isPresent() && !segment.isEmpty()) {
            values.add(segment);
            Optional<Target> found = find(node.any.get(), segments, at + 1, values);
            if (found.isPresent()) {
                return found;
            }
            values.removeLast();
        }
        if (node.rest.isPresent()) {
            values.add(String.join("/", segments.subList(at, segments.size())));
        }
        return node.rest;
    }

    private static Map<String, String> parameters(Route route, List<String> values) {
        if (values.isEmpty()) {
            return Map.of();
        }
        Map<String, String> parameters = new HashMap<>();
        int next = 0;
        for (String segment : segments(route.path())) {
            if (isParameter(segment)) {
                parameters.put(segment.substring(1, segment.length() - (isRest(segment) ? 2 : 1)), values.get(next++));
            }
        }
        return parameters;
    }

    /** {@code /} has none, {@code /a/} has {@code a} and an empty one. */
    private static List<String> segments(String path) {
        return path.length() == 1 ? List.of() : List.of(path.substring(1).split("/", -1));
    }

    private static boolean isParameter(String segment) {
        return segment.startsWith("{") && segment.endsWith("}");
    }

    private static boolean isRest(String segment) {
        return segment.startsWith("{") && segment.endsWith("*}");
    }
}
