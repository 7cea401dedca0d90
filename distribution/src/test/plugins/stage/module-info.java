/** Stands in for what a runtime cannot be asked for on demand: a scripted engine behind the real dialects, and a gate that refuses keys. */
module org.example.stage {
    requires dev.runtime.api;
    requires dev.runtime.plugin.dialect;

    provides dev.runtime.api.http.Endpoint with org.example.stage.StageEndpoint;
    provides dev.runtime.api.http.RequestFilter with org.example.stage.KeyGate;
    provides dev.runtime.api.source.Provider with org.example.stage.StagedModels;
}
