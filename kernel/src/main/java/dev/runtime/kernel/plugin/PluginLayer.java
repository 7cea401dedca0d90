package dev.runtime.kernel.plugin;

import dev.runtime.api.Extension;
import dev.runtime.api.SpiVersion;
import java.io.IOException;
import java.lang.module.Configuration;
import java.lang.module.FindException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.lang.module.ResolutionException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Collectors;

/**
 * The modules of one plug-in, defined with a class loader of their own: other plug-ins do not see them, and may have other
 * versions of the same libraries. Of the image they see its modules; with the platform's loader as parent nothing comes in
 * by the class path.
 *
 * @param layer the modules
 * @param version of the module with the first extension, empty if it has none
 * @param offers its extensions, not yet instantiated
 */
record PluginLayer(ModuleLayer layer, String version, List<Offer<?>> offers) {
    /** Modules of the runtime itself, which a plug-in may use but not bring. */
    private static final String OWN = "dev.runtime.";
    private static final Set<String> SPI_NAMES = Spi.ALL.stream().map(Class::getName).collect(Collectors.toSet());

    /** Returns the loader of all classes of the plug-in. */
    ClassLoader loader() {
        return layer.modules().iterator().next().getClassLoader();
    }

    /**
     * Resolves the jars of a folder over a parent layer; no class is initialised.
     *
     * @throws PluginRefused if a jar is damaged, a module missing, doubled or made for another contract
     */
    static PluginLayer open(Path folder, ModuleLayer parent) throws PluginRefused {
        try {
            Map<Path, Attributes> manifests = manifests(folder);
            ModuleFinder finder = ModuleFinder.of(folder);
            List<String> roots = roots(finder, parent);
            List<ModuleReference> found = List.copyOf(finder.findAll());
            SpiCheck check = new SpiCheck(SpiVersion.CURRENT,
                    parent.findModule(SpiCheck.API).flatMap(api -> api.getDescriptor().version()));
            for (ModuleReference module : found) {
                ModuleDescriptor descriptor = module.descriptor();
                if (roots.contains(descriptor.name()) || !descriptor.isAutomatic() && SpiCheck.concerns(descriptor)) {
                    check.check(descriptor, attribute(manifests, module, SpiVersion.MANIFEST_RANGE));
                }
            }
            Configuration configuration = parent.configuration().resolve(finder, ModuleFinder.of(), roots);
            ModuleLayer.Controller controller = ModuleLayer.defineModulesWithOneLoader(
                    configuration, List.of(parent), ClassLoader.getPlatformClassLoader());
            for (ModuleReference module : found) {
                if (permissions(manifests, module).contains("native-access")) {
                    controller.layer().findModule(module.descriptor().name()).ifPresent(controller::enableNativeAccess);
                }
            }
            return new PluginLayer(controller.layer(), version(finder, roots), offers(controller.layer()));
        } catch (FindException | ResolutionException | LayerInstantiationException e) {
            throw new PluginRefused(withoutFolder(e, folder), e);
        } catch (ServiceConfigurationError | LinkageError e) {
            throw new PluginRefused("it does not link: " + withoutFolder(e, folder), e);
        } catch (IOException e) {
            throw new PluginRefused("it cannot be read: " + withoutFolder(e, folder), e);
        }
    }

    /** Returns the main attributes of each jar, and by that finds out which one is no jar. */
    private static Map<Path, Attributes> manifests(Path folder) throws IOException, PluginRefused {
        Map<Path, Attributes> manifests = new TreeMap<>();
        for (Path path : Staging.jars(folder)) {
            try (JarFile jar = new JarFile(path.toFile())) {
                manifests.put(path, jar.getManifest() == null ? new Attributes() : jar.getManifest().getMainAttributes());
            } catch (IOException e) {
                throw new PluginRefused(path.getFileName() + " is damaged or no jar: " + e.getMessage(), e);
            }
        }
        if (manifests.isEmpty()) {
            throw new PluginRefused("the folder holds no jar");
        }
        return manifests;
    }

    /** The modules that provide an extension; only what they need of the rest is resolved. */
    private static List<String> roots(ModuleFinder finder, ModuleLayer parent) throws PluginRefused {
        List<String> roots = new ArrayList<>();
        for (ModuleReference module : finder.findAll()) {
            ModuleDescriptor descriptor = module.descriptor();
            if (descriptor.name().startsWith(OWN) && parent.findModule(descriptor.name()).isPresent()) {
                throw new PluginRefused("it brings the runtime's own module " + descriptor.toNameAndVersion() + "; leave that jar out");
            }
            if (descriptor.provides().stream().anyMatch(provides -> SPI_NAMES.contains(provides.service()))) {
                roots.add(descriptor.name());
            }
        }
        if (roots.isEmpty()) {
            throw new PluginRefused("no module in it provides an extension; name one in `provides` of its module-info.java");
        }
        return roots.stream().sorted().toList();
    }

    private static List<Offer<?>> offers(ModuleLayer layer) {
        List<Offer<?>> offers = new ArrayList<>();
        for (Class<? extends Extension> spi : Spi.ALL) {
            offers.addAll(offers(spi, layer));
        }
        return offers;
    }

    private static <T extends Extension> List<Offer<T>> offers(Class<T> spi, ModuleLayer layer) {
        // a loader of a layer also finds the providers of its parents
        return Offer.of(spi, ServiceLoader.load(layer, spi), module -> module.getLayer() == layer);
    }

    private static String version(ModuleFinder finder, List<String> roots) {
        return finder.find(roots.getFirst()).flatMap(root -> root.descriptor().rawVersion()).orElse("");
    }

    private static List<String> permissions(Map<Path, Attributes> manifests, ModuleReference module) {
        return attribute(manifests, module, SpiVersion.MANIFEST_PERMISSIONS)
                .map(text -> List.of(text.strip().split("\\s+"))).orElse(List.of());
    }

    private static Optional<String> attribute(Map<Path, Attributes> manifests, ModuleReference module, String name) {
        return module.location().map(Path::of).map(manifests::get).map(attributes -> attributes.getValue(name));
    }

    /** The places of private copies say nothing to people. */
    private static String withoutFolder(Throwable failure, Path folder) {
        String text = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        return text.replace(folder + folder.getFileSystem().getSeparator(), "");
    }
}
