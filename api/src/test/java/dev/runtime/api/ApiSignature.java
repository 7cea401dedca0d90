package dev.runtime.api;

import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The public signatures of the module as sorted lines of text. */
final class ApiSignature {
    private static final Path CLASSES = Path.of("target", "classes");

    private ApiSignature() {}

    static ModuleDescriptor module() {
        return ModuleFinder.of(CLASSES).findAll().iterator().next().descriptor();
    }

    /** Returns all public types of the exported packages, nested ones included. */
    static List<Class<?>> types() throws IOException {
        List<Class<?>> types = new ArrayList<>();
        for (ModuleDescriptor.Exports exports : module().exports()) {
            try (Stream<Path> files = Files.list(CLASSES.resolve(exports.source().replace('.', '/')))) {
                for (Path file : (Iterable<Path>) files.sorted()::iterator) {
                    String name = file.getFileName().toString();
                    if (name.endsWith(".class") && !name.equals("package-info.class")) {
                        Class<?> type = load(exports.source() + "." + name.substring(0, name.length() - ".class".length()));
                        if (visible(type)) {
                            types.add(type);
                        }
                    }
                }
            }
        }
        return types;
    }

    static TreeSet<String> lines() throws IOException {
        TreeSet<String> lines = new TreeSet<>();
        for (Class<?> type : types()) {
            lines.add(type.getName() + ": " + describe(type));
            for (Field field : type.getDeclaredFields()) {
                if (Modifier.isPublic(field.getModifiers())) {
                    lines.add(type.getName() + "." + field.getName() + ": " + field.getGenericType().getTypeName()
                            + (Modifier.isStatic(field.getModifiers()) ? " static" : ""));
                }
            }
            for (Executable member : members(type)) {
                String result = member instanceof Method method ? method.getGenericReturnType().getTypeName() : "new";
                lines.add(type.getName() + "." + (member instanceof Constructor ? "<init>" : member.getName())
                        + Arrays.stream(member.getGenericParameterTypes()).map(java.lang.reflect.Type::getTypeName)
                                .collect(Collectors.joining(", ", "(", ")")) + ": " + result
                        + (Modifier.isStatic(member.getModifiers()) ? " static" : "")
                        + (member instanceof Method method && method.isDefault() ? " default" : "")
                        + (Modifier.isAbstract(member.getModifiers()) ? " abstract" : ""));
            }
        }
        return lines;
    }

    /** Returns the public and protected constructors and methods that a type declares. */
    static List<Executable> members(Class<?> type) {
        List<Executable> members = new ArrayList<>();
        for (Executable member : Stream.<Executable>concat(Arrays.stream(type.getDeclaredConstructors()),
                Arrays.stream(type.getDeclaredMethods())).toList()) {
            if ((member.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0 && !member.isSynthetic()) {
                members.add(member);
            }
        }
        return members;
    }

    private static String describe(Class<?> type) {
        String kind = type.isAnnotation() ? "annotation" : type.isRecord() ? "record" : type.isEnum() ? "enum"
                : type.isInterface() ? "interface" : "class";
        String stability = type.isAnnotationPresent(Experimental.class) ? " experimental"
                : type.isAnnotationPresent(Stable.class) ? " stable" : "";
        String components = !type.isRecord() ? "" : Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getName).collect(Collectors.joining(", ", "(", ")"));
        String constants = !type.isEnum() ? "" : Arrays.stream(type.getEnumConstants())
                .map(c -> ((Enum<?>) c).name()).collect(Collectors.joining(", ", " {", "}"));
        String supertypes = Arrays.stream(type.getGenericInterfaces()).map(java.lang.reflect.Type::getTypeName)
                .collect(Collectors.joining(", "));
        return kind + components + constants + (supertypes.isEmpty() ? "" : " implements " + supertypes)
                + (type.isSealed() ? " sealed" : "") + stability;
    }

    private static boolean visible(Class<?> type) {
        for (Class<?> t = type; t != null; t = t.getEnclosingClass()) {
            if (!Modifier.isPublic(t.getModifiers()) || t.isAnonymousClass() || t.isLocalClass()) {
                return false;
            }
        }
        return true;
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, ApiSignature.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }
}
