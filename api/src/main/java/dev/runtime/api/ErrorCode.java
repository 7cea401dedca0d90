package dev.runtime.api;

/**
 * Stable codes of everything that can go wrong, each with the HTTP status that dialects answer with.
 *
 * <p>This enum is the only table that maps failures to HTTP. A fault of the model's output is never one of these:
 * it is reported in the reply.
 */
@Stable
public enum ErrorCode {
    /** The request is malformed or a value is out of range. */
    REQUEST_INVALID("request.invalid", 400),
    /** The request asks for something this model cannot do, such as tools or images. */
    REQUEST_UNSUPPORTED("request.unsupported", 400),
    /** The prompt is longer than the context and truncation was not allowed or cannot help. */
    CONTEXT_EXCEEDED("request.context_exceeded", 400),
    /** The body is longer than the configured limit. */
    REQUEST_TOO_LARGE("request.too_large", 413),
    /** The body did not arrive in the configured time. */
    REQUEST_TIMEOUT("request.timeout", 408),
    /** The caller went away or cancelled. */
    REQUEST_CANCELLED("request.cancelled", 499),
    /** No credentials, or wrong ones. */
    UNAUTHORIZED("auth.unauthorized", 401),
    /** The caller may not do this; also a host or origin that is not allowed. */
    FORBIDDEN("auth.forbidden", 403),
    /** A quota is used up. */
    QUOTA_EXCEEDED("quota.exceeded", 429),
    /** No such path. */
    ROUTE_NOT_FOUND("route.not_found", 404),
    /** The request refers to something of an earlier one that is not there any more. */
    REFERENCE_NOT_FOUND("request.reference_not_found", 404),
    /** The path exists, the method does not. */
    METHOD_NOT_ALLOWED("route.method_not_allowed", 405),
    /** The name is not a valid model name. */
    MODEL_NAME_INVALID("model.name_invalid", 400),
    /** No model of that name is in the store. */
    MODEL_NOT_FOUND("model.not_found", 404),
    /** The weight file is truncated, inconsistent or not of a known format. */
    MODEL_FILE_INVALID("model.file_invalid", 500),
    /** The file is sound, but its architecture, tokenizer or a tensor type is not supported. */
    MODEL_UNSUPPORTED("model.unsupported", 500),
    /** The model does not fit into memory. */
    MODEL_TOO_LARGE("model.too_large", 500),
    /** Loading failed for another reason. */
    MODEL_LOAD_FAILED("model.load_failed", 500),
    /** The chat template has an error or exceeded its limits. */
    TEMPLATE_INVALID("template.invalid", 400),
    /** The queue is full; trying again later helps. */
    SERVER_BUSY("server.busy", 503),
    /** The runtime is shutting down. */
    SERVER_STOPPING("server.stopping", 503),
    /** The device failed while running a step. */
    DEVICE_FAILED("device.failed", 500),
    /** The device or the host is out of memory. */
    OUT_OF_MEMORY("device.out_of_memory", 500),
    /** A plug-in was refused or failed. */
    PLUGIN_FAILED("plugin.failed", 500),
    /** A configuration value is missing or wrong. */
    CONFIG_INVALID("config.invalid", 500),
    /** Reading or writing the store failed. */
    STORE_FAILED("store.failed", 500),
    /** A service outside failed. */
    UPSTREAM_FAILED("upstream.failed", 502),
    /** A bug of the runtime or of a plug-in. */
    INTERNAL("internal", 500);

    private final String code;
    private final int status;

    ErrorCode(String code, int status) {
        this.code = code;
        this.status = status;
    }

    /** Returns the stable text of this code, lower case with dots. */
    public String code() {
        return code;
    }

    /** Returns the HTTP status that a dialect answers with. */
    public int status() {
        return status;
    }
}
