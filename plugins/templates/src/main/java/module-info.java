/**
 * Renders chat templates. Each language has a package of its own: Jinja, which comes with weights, and that of Go, which stores keep.
 *
 * <p>Start reading at {@link dev.runtime.plugin.templates.jinja.JinjaEngine}: it lexes and parses a template to a tree of records once,
 * {@code JinjaTemplate} walks the tree for each conversation. Templates come with model files from strangers, so values are plain
 * JSON data and this module's own callables, there is no reflection, and {@code Budget} bounds every rendering. {@link dev.runtime.plugin.templates.go.GoEngine} does the same in its package.
 */
module dev.runtime.plugin.templates {
    requires dev.runtime.api;

    provides dev.runtime.api.text.TemplateEngine with
            dev.runtime.plugin.templates.jinja.JinjaEngine,
            dev.runtime.plugin.templates.go.GoEngine;
}
