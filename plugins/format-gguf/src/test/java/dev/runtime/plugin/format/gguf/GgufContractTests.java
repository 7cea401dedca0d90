package dev.runtime.plugin.format.gguf;

import dev.runtime.api.model.ModelFormat;
import dev.runtime.api.testkit.ModelFormatContractTests;

class GgufContractTests extends ModelFormatContractTests {
    @Override
    protected ModelFormat format() {
        return new GgufFormat();
    }

    @Override
    protected byte[] sound() {
        return GgufBuilder.sound().bytes();
    }

    @Override
    protected String fileName() {
        return "model.gguf";
    }
}
