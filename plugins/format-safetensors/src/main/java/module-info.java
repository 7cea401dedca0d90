/**
 * Opens folders of safetensors files as the transformers library saves them.
 *
 * <p>Start reading at {@link dev.runtime.plugin.format.safetensors.SafetensorsFormat}. The package {@code weights} reads and checks the
 * files, {@code families} says what a family's tensors and numbers are called elsewhere, {@code tokens} translates vocabularies. To
 * add a family, add a line to {@code families.Families}.
 */
module dev.runtime.plugin.format.safetensors {
    requires dev.runtime.api;
    requires tools.jackson.core;

    provides dev.runtime.api.model.ModelFormat with
            dev.runtime.plugin.format.safetensors.SafetensorsFormat;
}
