// The script languages that need nothing besides their program (SCRIPT-1).
#include "plugins/script/languages.h"
#include "plugins/script/script_tasks.h"

namespace gyr::plugins::script {
namespace {

constexpr LanguageFacts node{.name = "node",
                             .title = "Node.js",
                             .image = "node",
                             .suffix = ".js",
                             .launcher = "node ",
                             .example = "console.log('Hello from {{ flow.id }}')",
                             .warm = true};
constexpr LanguageFacts r{.name = "r",
                          .title = "R",
                          .image = "r-base",
                          .suffix = ".R",
                          .launcher = "Rscript ",
                          .example = "print(\"Hello from {{ flow.id }}\")"};
constexpr LanguageFacts julia{.name = "julia",
                              .title = "Julia",
                              .image = "julia",
                              .suffix = ".jl",
                              .launcher = "julia ",
                              .example = "println(\"Hello from {{ flow.id }}\")"};
constexpr LanguageFacts ruby{.name = "ruby",
                             .title = "Ruby",
                             .image = "ruby",
                             .suffix = ".rb",
                             .launcher = "ruby ",
                             .example = "puts 'Hello from {{ flow.id }}'"};
constexpr LanguageFacts powershell{.name = "powershell",
                                   .title = "PowerShell",
                                   .image = "",
                                   .suffix = ".ps1",
                                   .launcher = "",
                                   .example = "Write-Output 'Hello from {{ flow.id }}'",
                                   .powershell = true};
constexpr LanguageFacts go{.name = "go",
                           .title = "Go",
                           .image = "golang",
                           .suffix = ".go",
                           .launcher = "go run ",
                           .example = "package main; func main() { println(\"Hello from {{ flow.id }}\") }"};
constexpr LanguageFacts deno{.name = "deno",
                             .title = "Deno",
                             .image = "denoland/deno",
                             .suffix = ".ts",
                             .launcher = "deno run ",
                             .example = "console.log('Hello from {{ flow.id }}')"};
constexpr LanguageFacts lua{.name = "lua",
                            .title = "Lua",
                            .image = "nickblah/lua",
                            .suffix = ".lua",
                            .launcher = "lua ",
                            .example = "print('Hello from {{ flow.id }}')"};
constexpr LanguageFacts bun{.name = "bun",
                            .title = "Bun",
                            .image = "oven/bun",
                            .suffix = ".ts",
                            .launcher = "bun run ",
                            .example = "console.log('Hello from {{ flow.id }}')"};
constexpr LanguageFacts php{.name = "php",
                            .title = "PHP",
                            .image = "php",
                            .suffix = ".php",
                            .launcher = "php ",
                            .example = "<?php echo 'Hello from {{ flow.id }}';"};
constexpr LanguageFacts perl{.name = "perl",
                             .title = "Perl",
                             .image = "perl",
                             .suffix = ".pl",
                             .launcher = "perl ",
                             .example = "print \"Hello from {{ flow.id }}\\n\";"};
constexpr LanguageFacts groovy{.name = "groovy",
                               .title = "Groovy",
                               .image = "groovy",
                               .suffix = ".groovy",
                               .launcher = "groovy ",
                               .example = "println 'Hello from {{ flow.id }}'"};

template <const LanguageFacts&... Facts>
std::vector<plugin::TaskType> describe_all() {
  std::vector<plugin::TaskType> types;
  ((types.push_back(CommandsTask<Facts>::describe()), types.push_back(ScriptTask<Facts>::describe())), ...);
  return types;
}

}  // namespace

std::vector<plugin::TaskType> other_language_tasks() {
  return describe_all<node, r, julia, ruby, powershell, go, deno, lua, bun, php, perl, groovy>();
}

}  // namespace gyr::plugins::script
