package dev.runtime.plugin.output.parsers;

import dev.runtime.api.text.OutputParser;
import java.util.Set;

/** What the families have in common: a name, other names that configurations use, and a syntax. */
abstract class FamilyParser implements OutputParser {
    /** The configuration asks for this family. */
    static final int NAMED = 100;

    private final String name;
    private final Set<String> aliases;

    FamilyParser(String name, String... aliases) {
        this.name = name;
        this.aliases = Set.of(aliases);
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final int score(ModelHints hints) {
        if (!hints.configured().isEmpty()) {
            return hints.configured().equals(name) || aliases.contains(hints.configured()) ? NAMED : 0;
        }
        return hints.template().isEmpty() ? 0 : fits(hints.template());
    }

    /** Returns how well a template fits, below {@link #NAMED}. */
    abstract int fits(String template);

    @Override
    public Session open(Request request) {
        return new TaggedSession(syntax(), request);
    }

    /** Returns the family's markers. */
    abstract Syntax syntax();
}
