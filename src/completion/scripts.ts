/** kubectl (1.26 and newer) calls this program for what stands behind `kubectl k8ssandra`. */
const kubectl = `#!/bin/sh
# kubectl_complete-k8ssandra: put it on PATH beside kubectl-k8ssandra, executable.
exec kubectl-k8ssandra __complete "$@"
`;

/** The words are taken from the line itself: bash cuts them at colons, and context names have colons. */
const bash = `# bash completion of kubectl-k8ssandra
__kubectl_k8ssandra() {
  local line="\${COMP_LINE:0:COMP_POINT}" cur out directive word prefix
  local -a words=()
  # Quotes and backslashes are undone; nothing is run.
  while IFS= read -r word; do words+=("$word"); done < <(printf '%s' "$line" | xargs -n1 printf '%s\\n' 2>/dev/null)
  cur=""
  if [[ "$line" != *[[:space:]] ]]; then
    cur="\${words[\${#words[@]}-1]}"
    unset "words[\${#words[@]}-1]"
  fi
  out="$(kubectl-k8ssandra __complete "\${words[@]:1}" "$cur" 2>/dev/null)"
  directive="\${out##*:}"
  out="\${out%:*}"
  # What bash has cut off in front of the last colon or = is not to be repeated.
  prefix=""
  if [[ "$cur" == *[:=]* ]]; then prefix="\${cur%"\${cur##*[:=]}"}"; fi
  COMPREPLY=()
  while IFS= read -r word; do
    word="\${word%%$'\\t'*}"
    [[ -n "$word" ]] && COMPREPLY+=("$(printf '%q' "\${word#"$prefix"}")")
  done <<< "$out"
  if [[ "$directive" == 0 && \${#COMPREPLY[@]} == 0 ]]; then
    compopt -o default 2>/dev/null
  fi
}
complete -F __kubectl_k8ssandra kubectl-k8ssandra
`;

const zsh = `#compdef kubectl-k8ssandra
# zsh completion of kubectl-k8ssandra
_kubectl-k8ssandra() {
  local out directive word
  local -a described
  out="$(kubectl-k8ssandra __complete "\${(@Q)words[2,CURRENT-1]}" "\${(Q)words[CURRENT]}" 2>/dev/null)"
  directive="\${out##*:}"
  for word in "\${(@f)\${out%:*}}"; do
    [[ -z "$word" ]] && continue
    word="\${word//:/\\\\:}"
    described+=("\${word/$'\\t'/:}")
  done
  if (( \${#described} )); then
    _describe -V 'kubectl-k8ssandra' described
  elif [[ "$directive" == 0 ]]; then
    _files
  fi
}
if [[ "\${funcstack[1]}" == "_kubectl-k8ssandra" ]]; then _kubectl-k8ssandra; else compdef _kubectl-k8ssandra kubectl-k8ssandra; fi
`;

const fish = `# fish completion of kubectl-k8ssandra
function __kubectl_k8ssandra
    set -l out (kubectl-k8ssandra __complete (commandline -opc)[2..-1] (commandline -ct | string unescape) 2>/dev/null)
    test (count $out) -gt 1; and printf '%s\\n' $out[1..-2]
    if test "$out[-1]" = ':0'
        __fish_complete_path (commandline -ct)
    end
end
complete -c kubectl-k8ssandra -e
complete -c kubectl-k8ssandra -f -a '(__kubectl_k8ssandra)'
`;

const powershell = `# PowerShell completion of kubectl-k8ssandra
Register-ArgumentCompleter -Native -CommandName 'kubectl-k8ssandra' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { "$_".Trim("'", '"') })
    if ($wordToComplete -ne '' -and $words.Count -gt 0) { $words = @($words | Select-Object -SkipLast 1) }
    $out = @(& kubectl-k8ssandra __complete @words "$wordToComplete" 2>$null)
    $out | Select-Object -SkipLast 1 | ForEach-Object {
        $word, $describe = $_ -split "\`t", 2
        $text = if ($word -match '[\\s''"]') { "'" + $word.Replace("'", "''") + "'" } else { $word }
        [System.Management.Automation.CompletionResult]::new($text, $word, 'ParameterValue', $(if ($describe) { $describe } else { $word }))
    }
}
`;

export const scripts = { bash, zsh, fish, powershell, kubectl } as const;
