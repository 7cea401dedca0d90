package dev.runtime.plugin.templates.jinja;

import dev.runtime.plugin.templates.jinja.Statement.Signature;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A block that can be called with arguments; gives the text it writes. */
final class Macro implements Callable {
    private static final String CALLER = "caller";

    private final String name;
    private final Signature signature;
    private final List<Statement> body;
    private final Scope scope;
    private final Interpreter interpreter;

    Macro(String name, Signature signature, List<Statement> body, Scope scope, Interpreter interpreter) {
        this.name = name;
        this.signature = signature;
        this.body = body;
        this.scope = scope;
        this.interpreter = interpreter;
    }

    String name() {
        return name;
    }

    @Override
    public Object call(Arguments arguments) {
        Scope inner = scope.inner();
        List<String> parameters = signature.parameters();
        List<Object> positional = arguments.positional();
        Map<String, Object> rest = new LinkedHashMap<>(arguments.named());
        Object caller = rest.containsKey(CALLER) && !parameters.contains(CALLER) ? rest.remove(CALLER) : Undefined.name(CALLER);
        inner.set(CALLER, caller);
        int firstDefault = parameters.size() - signature.defaults().size();
        for (int i = 0; i < parameters.size(); i++) {
            String parameter = parameters.get(i);
            if (i < positional.size()) {
                if (rest.containsKey(parameter)) {
                    throw TemplateError.type("macro '" + name + "' got two values for '" + parameter + "'");
                }
                inner.set(parameter, positional.get(i));
            } else if (rest.containsKey(parameter)) {
                inner.set(parameter, rest.remove(parameter));
            } else if (i >= firstDefault) {
                inner.set(parameter, interpreter.evaluate(signature.defaults().get(i - firstDefault), inner));
            } else {
                inner.set(parameter, new Undefined("parameter '" + parameter + "' was not provided"));
            }
        }
        extras(positional, rest, inner);
        return interpreter.text(body, inner);
    }

    private void extras(List<Object> positional, Map<String, Object> named, Scope inner) {
        int count = signature.parameters().size();
        if (signature.more()) {
            inner.set("varargs", new Tuple(positional.subList(Math.min(count, positional.size()), positional.size())));
        } else if (positional.size() > count) {
            throw TemplateError.type("macro '" + name + "' takes not more than " + count + " arguments");
        }
        if (signature.moreNamed()) {
            inner.set("kwargs", named);
        } else if (!named.isEmpty()) {
            throw TemplateError.type("macro '" + name + "' takes no argument '" + named.keySet().iterator().next() + "'");
        }
    }
}
