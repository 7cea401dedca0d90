/**
 * Renders chat templates. Each language has a package of its own; there is one so far, Jinja.
 *
 * <p>Start reading at {@link dev.runtime.plugin.templates.jinja.JinjaEngine}: it lexes and parses a template to a tree of records once,
 * {@code JinjaTemplate} walks the tree for each conversation. Templates come with model files from strangers, so values are plain
 * JSON data and this module's own callables, there is no reflection, and {@code Budget} bounds every rendering.
 */
module dev.runtime.plugin.templates {
    requires dev.runtime.api;

    provides dev.runtime.api.text.TemplateEngine with
            dev.runtime.plugin.templates.jinja.JinjaEngine;
}
