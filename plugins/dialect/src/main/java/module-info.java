/**
 * Shared by the dialects, and of no use without them: reading requests, finding models, writing replies, and Modelfiles, which the
 * command line reads too. It provides nothing itself.
 * Start reading at the description of the package {@link dev.runtime.plugin.dialect}.
 */
module dev.runtime.plugin.dialect {
    requires transitive dev.runtime.api;
    requires tools.jackson.core;
    requires com.github.luben.zstd_jni;

    exports dev.runtime.plugin.dialect;
    exports dev.runtime.plugin.dialect.modelfile;
}
