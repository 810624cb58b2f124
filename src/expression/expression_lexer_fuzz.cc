// Any bytes through the lexer of templates: it ends, it stays inside the text, its errors have a place.
#include "base/assert.h"
#include "expression/lexer.h"
#include "expression/template.h"

namespace gyr::expression {
namespace {

void check(std::string_view text) {
  Program program;
  program.text = text;
  protect_raw_regions(program);
  Lexer lexer(program);
  uint32_t behind = 0;
  for (size_t chunks = 0;; ++chunks) {
    GYR_ASSERT(chunks <= program.source.size());
    switch (lexer.next()) {
      case Lexer::Chunk::end: return;
      case Lexer::Chunk::failed:
        GYR_ASSERT(lexer.error().place() != nullptr && lexer.error().place()->line > 0 &&
                   lexer.error().place()->column > 0);
        return;
      case Lexer::Chunk::text:
        GYR_ASSERT(lexer.text_begin() <= lexer.text_end() && lexer.text_end() <= program.source.size());
        GYR_ASSERT(lexer.text_begin() >= behind);
        behind = lexer.text_end();
        break;
      case Lexer::Chunk::print:
      case Lexer::Chunk::execute:
        GYR_ASSERT(lexer.chunk_offset() < program.source.size());
        GYR_ASSERT(!lexer.tokens().empty() && lexer.tokens().back().kind == TokenKind::end);
        for (const Token& token : lexer.tokens())
          GYR_ASSERT(token.begin <= token.end && token.end <= program.source.size());
        behind = lexer.tokens().back().begin;
        break;
    }
  }
}

}  // namespace
}  // namespace gyr::expression

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  gyr::expression::check({reinterpret_cast<const char*>(data), size});
  return 0;
}
