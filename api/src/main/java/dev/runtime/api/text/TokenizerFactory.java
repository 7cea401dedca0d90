package dev.runtime.api.text;

import dev.runtime.api.Extension;
import dev.runtime.api.Stable;
import dev.runtime.api.model.Metadata;

/** Makes tokenizers from a model's metadata. */
@Stable
public interface TokenizerFactory extends Extension {
    /** Tells whether {@link #create} can be asked: whether the metadata names a tokenizer model of this implementation. */
    boolean accepts(Metadata metadata);

    /**
     * Creates the tokenizer.
     *
     * @throws dev.runtime.api.RuntimeFailure with {@code model.unsupported} and the key's value for an unknown variant, with
     *     {@code model.file_invalid} for an inconsistent vocabulary
     */
    Tokenizer create(Metadata metadata);
}
