// Compiles the text of kernels with the processor's compiler, and runs it: a lane is a fiber.
#include "kernels.h"

#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>

#include "host.h"
#include "fibers.h"

namespace {
struct Lanes {
    void (*show)(unsigned word, unsigned* all);
    unsigned (*lane)();
};

void show(unsigned word, unsigned* all) {
    standin::Exchange& exchange = standin::exchange();
    int side = standin::turn();
    exchange.words[side][threadIdx.x][0] = word;
    standin::wait_warp();
    for (int i = 0; i < 32; i++) {
        all[i] = exchange.words[side][i][0];
    }
}

unsigned lane() { return threadIdx.x; }

const Compiled* running;
const void* running_arguments;

void invoke(void (*)(), void**) {
    unsigned places[9] = {threadIdx.x, 0, 0, blockIdx.x, blockIdx.y, blockIdx.z, gridDim.x, gridDim.y, gridDim.z};
    running->run(running_arguments, places);
}

// The call of the kernel's function, argument by argument as their attributes say; empty if one is not known.
std::string call(const std::string& source, std::string& arguments_type) {
    std::smatch head;
    if (!std::regex_search(source, head, std::regex("kernel void main0\\(([^{]*)\\)\n"))) {
        return "";
    }
    std::string text = head[1];
    std::string result;
    std::regex parameter("(constant (\\w+)& \\w+|uint3 \\w+) \\[\\[(\\w+)(\\(0\\))?\\]\\]");
    for (std::sregex_iterator i(text.begin(), text.end(), parameter), end; i != end; ++i) {
        std::string attribute = (*i)[3];
        result += result.empty() ? "" : ", ";
        if (attribute == "buffer") {
            arguments_type = (*i)[2];
            result += "*(const " + arguments_type + "*)arguments";
        } else if (attribute == "thread_position_in_threadgroup") {
            result += "uint3(p[0], p[1], p[2])";
        } else if (attribute == "threadgroup_position_in_grid") {
            result += "uint3(p[3], p[4], p[5])";
        } else if (attribute == "threadgroups_per_grid") {
            result += "uint3(p[6], p[7], p[8])";
        } else {
            return "";
        }
    }
    return result;
}

// A new folder of this process, which goes when it ends; empty if none can be made. The six X are what mkdtemp replaces.
std::string folder() {
    static std::string made;
    if (made.empty()) {
        std::string name = std::filesystem::temp_directory_path() / "metal-standin-XXXXXX";
        if (mkdtemp(name.data()) != nullptr) {
            made = name;
            atexit([] { rmdir(made.c_str()); });
        }
    }
    return made;
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
    for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
    }
}
} // namespace

Compiled compile_kernel(const std::string& source, std::string& reason) {
    static std::map<std::string, Compiled> known;
    auto found = known.find(source);
    if (found != known.end()) {
        return found->second;
    }
    std::string arguments_type;
    std::string invocation = call(source, arguments_type);
    if (invocation.empty()) {
        reason = "no kernel main0 with arguments that are known";
        return {};
    }
    // constants of a file become variables, constants behind a reference or an array only promise not to change
    std::string text = std::regex_replace(source, std::regex("constant (\\w+ ?\\(?&)"), "const $1");
    replace_all(text, "    threadgroup float", "    static float");
    if (folder().empty()) {
        reason = "no folder for the compiler's files can be made";
        return {};
    }
    std::string base = folder() + "/" + std::to_string(known.size());
    std::ofstream(base + ".cpp") << text << "\nextern \"C\" unsigned long standin_bytes() { return sizeof(" << arguments_type
                                 << "); }\nextern \"C\" void standin_run(const void* arguments, const uint* p) { main0(" << invocation << "); }\n";
    std::string command = std::string(COMPILER " -std=c++17 -O1 -march=native -ffp-contract=off -fsingle-precision-constant "
                                               "-fno-strict-aliasing -fPIC -shared -w -I" KERNEL_HEADERS " -o ") +
            base + ".so " + base + ".cpp 2> " + base + ".txt";
    int status = system(command.c_str());
    if (status != 0) {
        std::ifstream errors(base + ".txt");
        reason.assign(std::istreambuf_iterator<char>(errors), {});
    } else {
        void* library = dlopen((base + ".so").c_str(), RTLD_NOW | RTLD_LOCAL);
        if (library == nullptr) {
            reason = dlerror();
        } else {
            *(Lanes*)dlsym(library, "standin_lanes") = {show, lane};
            known[source] = {((unsigned long (*)())dlsym(library, "standin_bytes"))(),
                    (void (*)(const void*, const unsigned*))dlsym(library, "standin_run")};
        }
    }
    for (const char* ending : {".cpp", ".so", ".txt"}) {
        unlink((base + ending).c_str());
    }
    return known.count(source) ? known[source] : Compiled{};
}

bool run_kernel(const Compiled& kernel, const std::vector<unsigned char>& arguments, Size groups) {
    running = &kernel;
    running_arguments = arguments.data();
    standin::Kernel called = {"", nullptr, invoke, nullptr, 0};
    return standin::launch(called, {(unsigned)groups.width, (unsigned)groups.height, (unsigned)groups.depth}, {32, 1, 1}, 0, nullptr);
}
