/** kubectl (1.26 and newer) calls this program for what stands behind the plugin's name. */
const kubectl = `#!/bin/sh
# COMPLETER: put it on PATH beside PROGRAM, executable.
exec PROGRAM __complete "$@"
`;
/** The same where only a program with an extension is found. */
const kubectlCmd = '@PROGRAM __complete %*\r\n';

/** The words are read from the line itself, and nothing in it is run: bash cuts its own words at colons, and context names have colons. */
const bash = `# bash completion of PROGRAM
__FUNCTION() {
  local line="\${COMP_LINE:0:COMP_POINT}" char quote="" cur="" begun="" at out directive text word flag="" cut=""
  local -a words=()
  for ((at = 0; at < \${#line}; at++)); do
    char="\${line:at:1}"
    if [[ "$char" == "\\\\" && "$quote" != "'" ]]; then
      at=$((at + 1)) begun=1
      cur+="\${line:at:1}"
    elif [[ -n "$quote" ]]; then
      if [[ "$char" == "$quote" ]]; then quote=""; else cur+="$char"; fi
    elif [[ "$char" == ["'\\""] ]]; then
      quote="$char" begun=1
    elif [[ "$char" != [[:space:]] ]]; then
      cur+="$char" begun=1
    elif [[ -n "$begun" ]]; then
      words+=("$cur")
      cur="" begun=""
    fi
  done
  out="$(PROGRAM __complete "\${words[@]:1}" "$cur" 2>/dev/null </dev/null)"
  directive="\${out##*:}"
  if [[ "$cur" == -*=* ]]; then flag="\${cur%%=*}="; fi
  # Of a word that is not in quotes, bash replaces only what stands behind its last colon or =.
  if [[ -z "$quote" ]]; then
    for char in : =; do
      if [[ "$COMP_WORDBREAKS" == *"$char"* && "$cur" == *"$char"* ]]; then
        text="\${cur%"\${cur##*"$char"}"}"
        if ((\${#text} > \${#cut})); then cut="$text"; fi
      fi
    done
  fi
  COMPREPLY=()
  while IFS= read -r text; do
    word="\${text%%$'\\t'*}"
    [[ -n "$word" ]] || continue
    word="$flag$word"
    word="\${word#"$cut"}"
    if [[ -z "$quote" ]]; then printf -v word '%q' "$word"; fi
    # What is only listed may say what it means.
    if [[ "\${COMP_TYPE-}" == 63 && "$text" == *$'\\t'* ]]; then word+="  (\${text#*$'\\t'})"; fi
    COMPREPLY+=("$word")
  done <<<"\${out%:*}"
  if [[ "\${COMP_TYPE-}" == 63 && \${#COMPREPLY[@]} == 1 ]]; then COMPREPLY=("\${COMPREPLY[0]%%  (*}"); fi
  if [[ "$directive" == 6 ]]; then compopt -o nospace 2>/dev/null; fi
  if [[ "$directive" == 0 && \${#COMPREPLY[@]} == 0 ]]; then compopt -o default 2>/dev/null; fi
}
complete -F __FUNCTION PROGRAM
`;

const zsh = `#compdef PROGRAM
# zsh completion of PROGRAM
_PROGRAM() {
  local out directive word
  local -a described space
  out="$(PROGRAM __complete "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2>/dev/null </dev/null)"
  directive="\${out##*:}"
  for word in "\${(@f)\${out%:*}}"; do
    [[ -z "$word" ]] && continue
    word="\${word//:/\\\\:}"
    described+=("\${word/$'\\t'/:}")
  done
  if [[ "$PREFIX" == -*=* ]]; then compset -P 1 '*='; fi
  if [[ "$directive" == 6 ]]; then space=(-S ''); fi
  if (( \${#described} )); then
    _describe -V 'PROGRAM' described "\${space[@]}"
  elif [[ "$directive" == 0 ]]; then
    _files
  fi
}
if [[ "\${funcstack[1]}" == "_PROGRAM" ]]; then _PROGRAM; else compdef _PROGRAM PROGRAM; fi
`;

const fish = `# fish completion of PROGRAM
function __FUNCTION
    set -l words (commandline -opc)
    set -l last (commandline -ct)
    set -l plain (string unescape -- $last); or set plain (string trim --left --chars '\\'"' -- $last)
    set -l out (PROGRAM __complete $words[2..-1] "$plain" 2>/dev/null </dev/null)
    set -l flag (string match --regex -- '^-[^=]*=' "$plain")
    for word in $out[1..-2]
        printf '%s%s\\n' "$flag" $word
    end
    if test "$out[-1]" = ':0'
        __fish_complete_path (string replace -- "$flag" '' "$plain")
    end
end
complete -c PROGRAM -e
complete -c PROGRAM -k -f -a '(__FUNCTION)'
`;

const powershell = `# PowerShell completion of PROGRAM
Register-ArgumentCompleter -Native -CommandName 'PROGRAM' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition -or $wordToComplete -eq '' } |
        Select-Object -Skip 1 | ForEach-Object { "$_".Trim("'", '"') })
    $last = "$wordToComplete".Trim("'", '"')
    # Windows PowerShell drops an empty word unless it is in quotes.
    if ($last -eq '' -and "$PSNativeCommandArgumentPassing" -in '', 'Legacy') { $last = '""' }
    $out = @(& PROGRAM __complete @words $last 2>$null)
    $flag = if ($wordToComplete -match '^-[^=]*=') { $Matches[0] } else { '' }
    $found = @($out | Select-Object -SkipLast 1 | ForEach-Object {
        $word, $describe = $_ -split "\`t", 2
        $text = if ($word -match '[^\\w./:=,-]') { "'" + $word.Replace("'", "''") + "'" } else { $word }
        [System.Management.Automation.CompletionResult]::new("$flag$text", $word, 'ParameterValue', $(if ($describe) { $describe } else { $word }))
    })
    # An empty answer keeps PowerShell from offering files.
    if ($found.Count -gt 0) { $found } elseif ($out[-1] -ne ':0') { '' }
}
`;

const scripts = { bash, zsh, fish, powershell, kubectl, 'kubectl-cmd': kubectlCmd } as const;
/** The script of a shell for a program by the name of its file, as `kubectl-foo`. */
export const scriptOf = (shell: keyof typeof scripts, file: string): string =>
  scripts[shell]
    .replaceAll('PROGRAM', file)
    .replaceAll('FUNCTION', file.replaceAll('-', '_'))
    .replaceAll('COMPLETER', file.replace(/^kubectl-/, 'kubectl_complete-'));
