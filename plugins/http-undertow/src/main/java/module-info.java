/** Carries endpoints over HTTP with Undertow. */
module dev.runtime.plugin.http.undertow {
    requires dev.runtime.api;
    requires dev.runtime.third.undertow;
}
