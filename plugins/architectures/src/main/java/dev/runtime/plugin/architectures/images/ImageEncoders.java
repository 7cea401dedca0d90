package dev.runtime.plugin.architectures.images;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.model.ImageArchitecture;
import dev.runtime.api.model.ImageEncoder;
import dev.runtime.api.model.Metadata;
import dev.runtime.api.model.ModelFile;

/** The image encoders of files with the architecture {@code clip}, chosen by the kind of their projector. */
public final class ImageEncoders implements ImageArchitecture {
    /** Creates the builder. */
    public ImageEncoders() {}

    @Override
    public boolean accepts(Metadata metadata) {
        return metadata.string("general.architecture").orElse("").equals("clip") && metadata.flag("clip.has_vision_encoder", true);
    }

    @Override
    public ImageEncoder encoder(ModelFile file) {
        Metadata m = file.metadata();
        String kind = m.string("clip.projector_type").or(() -> m.string("clip.vision.projector_type")).orElse("mlp");
        try {
            return switch (kind) {
                case "gemma3" -> new Gemma3Tower(file);
                case "mlp" -> new LlavaTower(file);
                case "qwen2vl_merger", "qwen2.5vl_merger" -> new QwenTower(file);
                case "qwen3vl_merger" -> new Qwen3Tower(file);
                case "pixtral" -> new PixtralTower(file);
                default -> throw new RuntimeFailure(ErrorCode.MODEL_UNSUPPORTED, "the image encoder's clip.projector_type is '" + kind
                        + "'; known are gemma3, mlp, qwen2vl_merger, qwen2.5vl_merger, qwen3vl_merger and pixtral");
            };
        } catch (IllegalArgumentException | ArithmeticException e) {
            // sizes that are possible each but do not fit together
            throw new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID, "the hyper-parameters and tensors of the image encoder do not fit together: "
                    + e.getMessage() + "; the file is damaged or not supported", e);
        }
    }
}
