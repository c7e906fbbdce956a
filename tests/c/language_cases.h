/* Random cases of each operator of language models, and what it computes in doubles. */
#ifndef LANGUAGE_CASES_H
#define LANGUAGE_CASES_H

#include "language_nodes.h"

enum { LANGUAGE_OPERATORS = 7 };

typedef struct {
    const char *name;
    /* Makes a random case; if `exact`, runs it and notes its errors. */
    void (*build)(operator_case *c, int exact);
} language_operator;

extern const language_operator language_operators[LANGUAGE_OPERATORS];

/* The driver's own: keeps the greatest. */
void note_error(double error);

#endif
