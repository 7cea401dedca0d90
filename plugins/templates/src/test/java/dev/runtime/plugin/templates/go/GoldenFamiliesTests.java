package dev.runtime.plugin.templates.go;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.runtime.api.testkit.GoldenFolder;
import dev.runtime.plugin.templates.jinja.JinjaEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which published templates are known, and which are not, since models see something else. */
class GoldenFamiliesTests {
    @ParameterizedTest
    @CsvSource({"google-gemma-2-2b-it, gemma-instruct", "deepseek-ai-DeepSeek-V3.1, ''", "Qwen-Qwen2.5-7B-Instruct, ''", "openai-gpt-oss-120b, ''"})
    void publishedTemplates(String template, String family) throws IOException {
        Path folder = GoldenFolder.compact(GoldenFamiliesTests.class, "templates");
        String source = Files.readString(folder.resolve("jinja").resolve(template + ".jinja"));
        assertEquals(family, new GoEngine().known(new JinjaEngine().compile(source)).map(known -> known.name()).orElse(""));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '§', value = {
        "chatml§{% for message in messages %}{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n'}}{% endfor %}"
                + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}",
        "zephyr§{% for message in messages %}\\n{% if message['role'] == 'user' %}\\n{{ '<|user|>\\n' + message['content'] + eos_token }}\\n"
                + "{% elif message['role'] == 'system' %}\\n{{ '<|system|>\\n' + message['content'] + eos_token }}\\n"
                + "{% elif message['role'] == 'assistant' %}\\n{{ '<|assistant|>\\n'  + message['content'] + eos_token }}\\n{% endif %}\\n"
                + "{% if loop.last and add_generation_prompt %}\\n{{ '<|assistant|>' }}\\n{% endif %}\\n{% endfor %}",
        "llama3-instruct§{% for message in messages %}{% set content = '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n'+ "
                + "message['content'] | trim + '<|eot_id|>' %}{% if loop.index0 == 0 %}{% set content = bos_token + content %}{% endif %}{{ content }}"
                + "{% endfor %}{{ '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}",
        "mistral-instruct§{{ bos_token }}{% for message in messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}"
                + "{{ raise_exception('roles must alternate') }}{% endif %}{% if message['role'] == 'user' %}{{ '[INST] ' + message['content'] + ' [/INST]' }}"
                + "{% else %}{{ ' ' + message['content'] + eos_token}}{% endif %}{% endfor %}",
        "codellama-70b-instruct§{% for message in messages %}{% if loop.index0 == 0 %}{{ '<s>' }}{% endif %}{% set content = 'Source: ' + message['role'] + "
                + "'\\n\\n ' + message['content'] | trim %}{{ content + ' <step> ' }}{% endfor %}{{'Source: assistant\\nDestination: user\\n\\n '}}",
        "chatqa§{{ bos_token }}{%- for message in messages -%}{%- if message['role'] == 'system' -%}{{ 'System: ' + message['content'] + '\\n\\n' }}"
                + "{%- elif message['role'] == 'user' -%}{{ 'User: ' + message['content'] + '\\n\\n' }}{%- else -%}"
                + "{{ 'Assistant: ' + message['content'] + '\\n\\n' }}{%- endif -%}{%- endfor -%}{{ 'Assistant:' }}",
        "starcoder2-instruct§{{bos_token}}{{'You are an exceptionally intelligent coding assistant that consistently delivers accurate and reliable "
                + "responses to user instructions.\\n\\n'}}{%- for message in messages %}{%- if message['role'] == 'system' %}{{ raise_exception('no') }}"
                + "{%- elif message['role'] == 'user' %}{{'### Instruction\\n' + message['content'] + '\\n\\n'}}{%- else %}"
                + "{{'### Response\\n' + message['content'] + eos_token + '\\n\\n'}}{%- endif %}{%- endfor %}{{'### Response\\n'}}",
        "magicoder§{{bos_token}}{{'You are an exceptionally intelligent coding assistant that consistently delivers accurate and reliable "
                + "responses to user instructions.\\n\\n'}}{%- for message in messages %}{%- if message['role'] == 'system' %}{{ raise_exception('no') }}"
                + "{%- elif message['role'] == 'user' %}{{'@@ Instruction\\n' + message['content'] + '\\n\\n'}}{%- else %}"
                + "{{'@@ Response\\n' + message['content'] + eos_token + '\\n\\n'}}{%- endif %}{%- endfor %}{{'@@ Response\\n'}}"})
    void templatesAsTheyWereOftenWritten(String family, String source) {
        assertEquals(family, new GoEngine().known(new JinjaEngine().compile(source.replace("\\n", "\n").replace("'\n", "'\\n"))).map(known -> known.name())
                .orElse("none"));
    }

    @Test
    void anotherSeparatorIsAnotherFamily() {
        String source = "{% for message in messages %}{{'<|im_start|>' + message['role'] + ' ' + message['content'] + '<|im_end|>'}}{% endfor %}";
        assertEquals("", new GoEngine().known(new JinjaEngine().compile(source)).map(known -> known.name()).orElse(""));
    }
}
