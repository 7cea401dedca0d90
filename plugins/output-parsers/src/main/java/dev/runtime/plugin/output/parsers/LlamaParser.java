package dev.runtime.plugin.output.parsers;

/** Llama 3.1 to 4: a reply that is nothing but JSON calls or a list of Python calls. */
public final class LlamaParser extends FamilyParser {
    private static final Syntax SYNTAX =
            Syntax.thinking(Syntax.THINK)
                    .withCalls("<|python_tag|>", PythonTagBlock::new)
                    .withCalls("<|python_start|>", () -> new MarkedBlock("<|python_end|>", "", LiteralReader::pythonCalls))
                    .withBareCalls("{[;", BareBlock::new)
                    .withDropped("<|eom_id|>")
                    .withForm(CallForms.json("", "", "parameters", "", "; ", ""));

    /** Creates the parser. */
    public LlamaParser() {
        super("llama3", "llama3.1", "llama4");
    }

    @Override
    int fits(String template) {
        return template.contains("<|python_tag|>") || template.contains("ipython") ? 20 : 0;
    }

    @Override
    Syntax syntax() {
        return SYNTAX;
    }
}
