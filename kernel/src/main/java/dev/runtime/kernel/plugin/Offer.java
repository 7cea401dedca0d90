package dev.runtime.kernel.plugin;

import dev.runtime.api.Extension;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * An extension that a plug-in offers, before it is instantiated.
 *
 * @param spi the interface it is offered under
 * @param type its class
 * @param identity the same for offers that give the same object
 * @param maker creates it
 */
record Offer<T extends Extension>(Class<T> spi, Class<?> type, Object identity, Supplier<? extends T> maker) {
    /** Returns the offers of one SPI that a loader finds in the modules of choice; one class gives one object under all its SPIs. */
    static <T extends Extension> List<Offer<T>> of(Class<T> spi, ServiceLoader<T> loader, Predicate<Module> modules) {
        List<Offer<T>> offers = new ArrayList<>();
        loader.stream().filter(provider -> modules.test(provider.type().getModule()))
                .forEach(provider -> offers.add(new Offer<>(spi, provider.type(), provider.type(), provider)));
        return offers;
    }

    /** Returns the offers of something that exists, one for each SPI that it implements. */
    static List<Offer<?>> of(Extension extension) {
        List<Offer<?>> offers = new ArrayList<>();
        for (Class<? extends Extension> spi : Spi.ALL) {
            if (spi.isInstance(extension)) {
                offers.add(of(spi, extension));
            }
        }
        return offers;
    }

    private static <T extends Extension> Offer<T> of(Class<T> spi, Extension extension) {
        return new Offer<>(spi, extension.getClass(), extension, () -> spi.cast(extension));
    }

    /** Binds an instance of {@link #type}. */
    Bound<T> bind(Extension instance) {
        return new Bound<>(spi, spi.cast(instance));
    }

    /** Returns how lists show it. */
    String title() {
        return spi.getSimpleName() + ": " + type.getName();
    }

    /** An instantiated extension with the interface it is registered under. */
    record Bound<T extends Extension>(Class<T> spi, T extension) {
        void addTo(ServiceRegistry registry) {
            registry.add(spi, extension);
        }

        void removeFrom(ServiceRegistry registry) {
            registry.remove(spi, extension);
        }
    }
}
