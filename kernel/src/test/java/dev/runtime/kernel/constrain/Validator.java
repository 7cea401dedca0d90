package dev.runtime.kernel.constrain;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.List;

/** A validator of another project: the oracle of schemas. */
record Validator(Schema schema) {
    static Validator of(String schema) {
        return new Validator(SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(schema, InputFormat.JSON));
    }

    /** Returns what is wrong with an instance. */
    List<String> errors(String instance) {
        return schema.validate(instance, InputFormat.JSON, context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)))
                .stream().map(String::valueOf).toList();
    }
}
