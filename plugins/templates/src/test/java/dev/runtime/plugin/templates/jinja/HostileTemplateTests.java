package dev.runtime.plugin.templates.jinja;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Templates that want out of the prompt, or want all time and memory. A template inside of a GGUF file gave code execution elsewhere
 * (CVE-2024-34359), so each known way out is tried here.
 */
final class HostileTemplateTests {
    private static final Map<String, Object> VARIABLES =
            Map.of("messages", List.of(Map.of("role", "user", "content", "x")), "text", "abc");

    private static String render(String source) {
        return JinjaTemplate.compile(source).render(VARIABLES, Instant.EPOCH);
    }

    private static RuntimeFailure refused(String source) {
        RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> render(source));
        assertEquals(ErrorCode.TEMPLATE_INVALID, failure.code());
        return failure;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ ''.__class__ }}",
                "{{ ''['__class__'] }}",
                "{{ ().__class__.__base__.__subclasses__() }}",
                "{{ messages.__class__ }}",
                "{{ messages[0].__class__ }}",
                "{{ text | attr('__class__') }}",
                "{{ text | attr('__cl' ~ 'ass__') }}",
                "{{ text | map(attribute='__class__') | list }}",
                "{{ range.__globals__ }}",
                "{{ raise_exception.__globals__['os'] }}",
                "{{ namespace.__init__.__globals__ }}",
                "{{ strftime_now.__self__ }}",
                "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
                "{{ self.__init__ }}",
                "{{ '{0.__class__}'.format(1) }}",
                "{{ '{0.real}'.format(1) }}",
                "{{ '{0[0]}'.format(text) }}",
                "{{ '{:>9999999}'.format(1) }}",
                "{% for x in text.__iter__() %}{% endfor %}",
                "{{ loop.__class__ }}{% for i in [1] %}{{ loop.__class__ }}{% endfor %}",
                "{% macro m() %}{% endmacro %}{{ m.__globals__ }}",
                "{% set n = namespace() %}{{ n.__dict__ }}",
            })
    void nothingBehindAValueCanBeReached(String source) {
        refused(source);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ text.getClass() }}", "{{ text.class }}", "{{ text.getBytes() }}", "{{ messages.size() }}", "{{ messages.get(0) }}",
                "{{ messages[0].entrySet() }}", "{{ range.getClass() }}", "{{ text.chars() }}", "{{ config }}{{ request.application() }}"
            })
    void methodsOfJavaDoNotExist(String source) {
        if (source.equals("{{ text.class }}")) {
            assertEquals("", render(source));
        } else {
            refused(source);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{% include 'a' %}", "{% import 'a' as b %}", "{% from 'a' import b %}", "{% extends 'a' %}", "{% do x %}"})
    void noOtherTemplateOrFileCanBeReached(String source) {
        refused(source);
    }

    @Test
    void sharedDataIsNeverChanged() {
        for (String method : List.of("append(1)", "pop()", "clear()", "extend([1])", "insert(0, 1)", "sort()", "reverse()", "remove(1)")) {
            assertTrue(refused("{{ messages." + method + " }}").getMessage().contains("changes a value"), method);
        }
        for (String method : List.of("update({})", "pop('role')", "clear()", "setdefault('a', 1)", "popitem()")) {
            assertTrue(refused("{{ messages[0]." + method + " }}").getMessage().contains("changes a value"), method);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // time
                "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
                "{% macro m(n) %}{% if n > 0 %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(60) }}",
                "{% set s = 'a' * 10000000 %}{% for i in range(99999) %}{{ s.replace('b', 'c') | length }}{% endfor %}",
                "{% set s = 'a' * 10000000 %}{% for i in range(99999) %}{{ 'b' in s }}{% endfor %}",
                "{% set s = 'a' * 10000000 %}{% for i in range(99999) %}{{ s == s ~ '' }}{% endfor %}",
                "{% set l = range(99999) | list %}{% for i in range(99999) %}{{ -1 in l }}{% endfor %}",
                "{% set l = range(99999) | list %}{% for i in range(99999) %}{% set x = l | sort %}{% endfor %}",
                // memory
                "{% for a in range(99999) %}{{ 'a' * 1000000 }}{% endfor %}",
                "{{ 'a' * 99999999999 }}",
                "{{ 'a' * 2 ** 4000 }}",
                "{{ [0] * 99999999999 }}",
                "{{ range(99999999999) }}",
                "{{ range(-9223372036854775807, 9223372036854775807) }}",
                "{{ 2 ** 99999999999 }}",
                "{{ 10 ** 10 ** 10 ** 10 ** 10 }}",
                "{% set n = namespace(x=3) %}{% for i in range(99) %}{% set n.x = n.x * n.x %}{% endfor %}",
                "{% set n = namespace(x='ab') %}{% for i in range(99) %}{% set n.x = n.x ~ n.x %}{% endfor %}",
                "{% set n = namespace(x='ab') %}{% for i in range(99) %}{% set n.x = n.x.replace('a', 'aab') %}{% endfor %}",
                "{% set n = namespace(x=[1]) %}{% for i in range(99) %}{% set n.x = n.x + n.x %}{% endfor %}",
                "{{ text.center(99999999) | length }}{{ text.ljust(999999999) }}",
                "{{ '%99999999s' % 'a' }}",
                "{{ [[1]] | tojson(indent=99999999) }}",
                "{{ 'a\\na' | indent(999999999) }}",
                "{{ [1] | batch(999999999, 'x') | list | length }}{{ [1, 2] | batch(99999, 'x') }}{{ [1] | slice(9999999999) }}",
                // shared structures look exponential when they are printed or compared
                "{% set n = namespace(x=[1]) %}{% for i in range(99) %}{% set n.x = [n.x, n.x] %}{% endfor %}{{ n.x }}",
                "{% set n = namespace(x=[1]) %}{% for i in range(99) %}{% set n.x = [n.x, n.x] %}{% endfor %}{{ n.x | tojson }}",
                "{% set n = namespace(x=[1], y=[1]) %}{% for i in range(99) %}{% set n.x = [n.x, n.x] %}{% set n.y = [n.y, n.y] %}{% endfor %}{{ n.x == n.y }}",
                // depth
                "{% set n = namespace(x=1) %}{% for i in range(9999) %}{% set n.x = [n.x] %}{% endfor %}{{ n.x }}",
                "{% set n = namespace(x=1, y=1) %}{% for i in range(9999) %}{% set n.x = [n.x] %}{% set n.y = [n.y] %}{% endfor %}{{ n.x == n.y }}",
                "{% set n = namespace() %}{% set n.self = n %}{{ n }}",
                "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
                "{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}{{ a() }}{% endmacro %}{{ a() }}",
                "{% for i in [[1]] recursive %}{{ loop([[1]]) }}{% endfor %}",
            })
    void limitsStopIt(String source) throws Exception {
        // a thread of usual size: the depth limit must come before the end of its stack
        assertTrue(onThread(1 << 20, () -> refused(source)).getMessage().contains("line 1"));
    }

    private static RuntimeFailure onThread(long stack, java.util.concurrent.Callable<RuntimeFailure> action) throws Exception {
        FutureTask<RuntimeFailure> task = new FutureTask<>(action);
        Thread thread = new Thread(null, task, "template", stack);
        thread.start();
        return task.get();
    }

    @Test
    void deepSourceIsRefusedByTheParser() throws Exception {
        for (String[] nesting :
                List.of(
                        new String[] {"{{ ", "(", "1", ")", " }}"},
                        new String[] {"{{ ", "[", "1", "]", " }}"},
                        new String[] {"{{ ", "{'a': ", "1", "}", " }}"},
                        new String[] {"{{ ", "not ", "1", "", " }}"},
                        new String[] {"{{ ", "-", "1", "", " }}"},
                        new String[] {"{{ 1", " + 1", "", "", " }}"},
                        new String[] {"{{ 1", " if 1 else 1", "", "", " }}"},
                        new String[] {"{{ text", "[0]", "", "", " }}"},
                        new String[] {"{{ text", ".a", "", "", " }}"},
                        new String[] {"{{ text", " | trim", "", "", " }}"},
                        new String[] {"{{ range", "(", "", ")", " }}"},
                        new String[] {"", "{% if 1 %}", "", "{% endif %}", ""},
                        new String[] {"", "{% for i in [1] %}", "", "{% endfor %}", ""},
                        new String[] {"{% set ", "(", "a", ")", " = 1 %}"})) {
            String source = nesting[0] + nesting[1].repeat(20_000) + nesting[2] + nesting[3].repeat(20_000) + nesting[4];
            RuntimeFailure failure = onThread(1 << 20, () -> refused(source));
            assertTrue(failure.getMessage().contains("nested more than"), nesting[1] + ": " + failure.getMessage());
        }
    }

    @Test
    void longSourceIsRefused() {
        assertTrue(refused("a".repeat(JinjaEngine.MAX_SOURCE + 1)).getMessage().contains("characters"));
    }

    @Test
    void messagesOfAConversationAreDataNotTemplates() {
        Map<String, Object> variables = Map.of("text", "{{ 7 * 7 }}{% raw %}");
        assertEquals("{{ 7 * 7 }}{% raw %}", JinjaTemplate.compile("{{ text }}").render(variables, Instant.EPOCH));
    }

    @Test
    void failuresTellThePlaceAndNeverTheHost() {
        String message = refused("ab\n{{ x.y }}").getMessage();
        assertEquals("The chat template failed at line 2, column 6: 'x' is undefined", message);
        assertTrue(refused("ab\n  {% foo %}").getMessage().contains("line 2, column 6"));
        assertTrue(refused("{{ raise_exception('no system role') }}").getMessage().contains("no system role"));
    }

    /** Mutations of a real template give text or a failure of the api, never another exception. */
    @Test
    void damagedTemplatesFailCleanly() throws Exception {
        String source = Files.readString(GoldenFolder.compact().resolve("jinja/Qwen-Qwen3-0.6B.jinja"));
        String[] bits = {"{{", "}}", "{%", "%}", "-", "(", ")", "[", "]", "'", "\"", "|", ".", "\\", "\n", "\0", "😀", "for", "if", "endif"};
        Random random = new Random(42);
        int failed = 0;
        for (int round = 0; round < 400; round++) {
            StringBuilder damaged = new StringBuilder(source);
            for (int change = 0; change <= random.nextInt(3); change++) {
                int at = random.nextInt(damaged.length());
                damaged.replace(at, Math.min(damaged.length(), at + random.nextInt(8)), bits[random.nextInt(bits.length)]);
            }
            try {
                render(damaged.toString());
            } catch (RuntimeFailure failure) {
                assertEquals(ErrorCode.TEMPLATE_INVALID, failure.code());
                assertFalse(failure.getMessage().contains("Exception"), failure.getMessage());
                failed++;
            }
        }
        assertTrue(failed > 100, failed + " failed");
    }
}
